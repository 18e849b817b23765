using System.Text.RegularExpressions;

namespace MigrateCleanup.C.Styles;

/// <summary>Of the ways to write one thing, the one that a codebase has.</summary>
internal static class WrittenForms
{
    private const string Name = "{name}";
    private static readonly string[] s_declared = ["{type}{name}", "int {name}"];

    /// <summary>
    /// A style whose scopes and locks are written as these texts write them mostly; where none of them has one, as the style
    /// says.
    /// </summary>
    public static Style Of(Style style, IEnumerable<string> texts)
    {
        var forms = style.Locks.Select(l => (First: l.Text, Others: l.Alternatives))
            .Concat(style.Scopes.Select(s => (First: s.Text, Others: s.Alternatives)))
            .Where(f => !f.Others.IsEmpty)
            .Select(f => f.Others.Prepend(f.First).ToList())
            .ToList();
        if (forms.Count == 0)
            return style;

        var patterns = forms.SelectMany(f => f).Distinct().Select(f => (Form: f, Pattern: PatternOf(f))).Where(f => f.Pattern is not null).ToList();
        var uses = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            foreach (var (form, pattern) in patterns)
                uses[form] = uses.GetValueOrDefault(form) + pattern!.Count(text);
        }

        return style with
        {
            Locks = [.. style.Locks.Select(l => l with { Text = Usual(l.Text, l.Alternatives) })],
            Scopes = [.. style.Scopes.Select(s => s with { Text = Usual(s.Text, s.Alternatives) })],
        };

        // The first of those that are written equally often is the style's own.
        string Usual(string text, IEnumerable<string> others) => others.Prepend(text).MaxBy(f => uses.GetValueOrDefault(f))!;
    }

    /// <summary>What a declaration of this form begins with, up to its <c>=</c>; null for a form that names no variable.</summary>
    private static Regex? PatternOf(string text)
    {
        const RegexOptions Options = RegexOptions.CultureInvariant;
        if (s_declared.FirstOrDefault(d => text.StartsWith(d, StringComparison.Ordinal)) is { } first && first.Length < text.Length)
            return new Regex(@"[\w\]]\s*" + Spaced(text[first.Length..].TrimStart()) + @"\s*[=;,]", Options);

        if (s_declared.FirstOrDefault(d => text.EndsWith(d, StringComparison.Ordinal)) is { } last && last.Length < text.Length)
            return new Regex(@"[;{}/]\s*" + Spaced(text[..^last.Length].TrimEnd()) + @"\s*[A-Za-z_]", Options);

        var name = text.IndexOf(Name, StringComparison.Ordinal);
        var end = text.IndexOf('=', StringComparison.Ordinal);
        return name <= 0 || end < name
            ? null
            : new Regex(Spaced(text[..name]) + @"\s*[A-Za-z_]\w*" + Spaced(text[(name + Name.Length)..(end + 1)]), Options);
    }

    /// <summary>Text that may be spaced otherwise, with any name in its holes.</summary>
    private static string Spaced(string text) => string.Join(@"\s*", text.Split(' ').Select(Regex.Escape))
        .Replace(@"\(", @"\s*\(\s*", StringComparison.Ordinal)
        .Replace(@"\{cleanup}", @"\w+", StringComparison.Ordinal);
}
