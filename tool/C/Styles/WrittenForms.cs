using System.Text.RegularExpressions;

namespace MigrateCleanup.C.Styles;

/// <summary>Of the ways to write one thing, the one that a codebase has.</summary>
internal static class WrittenForms
{
    private const string Name = "{name}";

    /// <summary>
    /// A style whose locks are written as these texts write them mostly; where none of them has one, as the style says.
    /// </summary>
    public static Style Of(Style style, IEnumerable<string> texts)
    {
        var chosen = style.Locks.Where(l => !l.Alternatives.IsEmpty).ToDictionary(
            l => l, l => l.Alternatives.Prepend(l.Text).Select(t => (Text: t, Pattern: PatternOf(t))).ToList());
        if (chosen.Count == 0)
            return style;

        var uses = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            foreach (var (form, pattern) in chosen.Values.SelectMany(f => f).Where(f => f.Pattern is not null))
                uses[form] = uses.GetValueOrDefault(form) + pattern!.Count(text);
        }

        // The first of those that are written equally often is the style's own.
        return style with
        {
            Locks = [.. style.Locks.Select(l => chosen.TryGetValue(l, out var forms)
                ? l with { Text = forms.MaxBy(f => uses.GetValueOrDefault(f.Text)).Text }
                : l)],
        };
    }

    /// <summary>What a declaration of this form begins with, up to its <c>=</c>; null for a form that names no variable.</summary>
    private static Regex? PatternOf(string text)
    {
        var name = text.IndexOf(Name, StringComparison.Ordinal);
        var end = text.IndexOf('=', StringComparison.Ordinal);
        if (name <= 0 || end < name)
            return null;

        return new Regex(
            Spaced(text[..name]) + @"\s*[A-Za-z_]\w*" + Spaced(text[(name + Name.Length)..(end + 1)]), RegexOptions.CultureInvariant);
    }

    private static string Spaced(string text) => string.Join(
        @"\s*", text.Split(' ').Select(Regex.Escape)).Replace(@"\(", @"\s*\(", StringComparison.Ordinal);
}
