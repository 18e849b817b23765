using System.Collections.Frozen;
using System.Collections.Immutable;

namespace MigrateCleanup.C.Styles;

/// <summary>
/// All styles there are, each with what it inherits. A user's style of a shipped one's name replaces it.
/// </summary>
public sealed class StyleSet
{
    private readonly FrozenDictionary<string, Style> _resolved;
    private readonly FrozenDictionary<string, Style> _stated;

    private StyleSet(ImmutableArray<Style> stated, ImmutableArray<string> problems)
    {
        Problems = problems;
        _stated = stated.ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);
        _resolved = stated.ToFrozenDictionary(s => s.Name, Resolved, StringComparer.Ordinal);
        Styles = [.. stated.Select(s => _resolved[s.Name])];
        Spellings = new ScopedSpellings(Styles);
    }

    private StyleSet(StyleSet other)
    {
        Problems = other.Problems;
        _stated = other._stated;
        _resolved = other._resolved;
        Styles = other.Styles;
        Spellings = other.Spellings;
    }

    /// <summary>In the order in which they were given, shipped ones first.</summary>
    public ImmutableArray<Style> Styles { get; }

    /// <summary>One that needs nothing from a codebase, since it brings its header, for code that shows none.</summary>
    public Style? Anywhere => Styles.FirstOrDefault(s => s.GeneratedHeader is not null);

    /// <summary>What scoped declarations mean, whatever style they are of.</summary>
    public ScopedSpellings Spellings { get; private init; }

    /// <summary>What is wrong with the styles taken together: an unknown base, a style that extends itself.</summary>
    public ImmutableArray<string> Problems { get; }

    public Style? this[string name] => _resolved.GetValueOrDefault(name);

    /// <param name="texts">The shipped styles: names as problems are to show them, and their JSON.</param>
    /// <exception cref="InvalidOperationException">A shipped style is wrong.</exception>
    public static StyleSet Shipped(IEnumerable<(string Name, string Text)> texts) => Of(texts.Select(t => Sound(t.Name, t.Text)));

    public static StyleSet Of(IEnumerable<Style> styles)
    {
        var stated = new List<Style>();
        foreach (var style in styles)
        {
            var at = stated.FindIndex(s => s.Name == style.Name);
            if (at < 0)
                stated.Add(style);
            else
                stated[at] = style;
        }

        var names = stated.ToDictionary(s => s.Name, StringComparer.Ordinal);
        var problems = new List<string>();
        for (var i = 0; i < stated.Count; i++)
        {
            if (ProblemOf(stated[i], names) is not { } problem)
                continue;

            problems.Add(problem);
            stated[i] = stated[i] with { Extends = null };
        }

        return new StyleSet([.. stated], [.. problems]);
    }

    /// <summary>The same styles, and macros of a codebase's own that release a variable and empty it.</summary>
    public StyleSet Knowing(IReadOnlyCollection<ClearingForm> clearings) =>
        clearings.Count == 0 ? this : new StyleSet(this) { Spellings = Spellings.With(clearings) };

    /// <summary>These styles and a user's own.</summary>
    public StyleSet With(IEnumerable<Style> own) => Of([.. Styles.Select(s => _stated[s.Name]), .. own]);

    /// <summary>
    /// The style whose signs are the loudest in a codebase; null where no sign of any is seen. One sign counts with its
    /// weight for every doubling of its uses, so that presence matters more than size; a style that extends another
    /// needs a sign of its own, and then takes the other's, too.
    /// </summary>
    /// <param name="uses">How often a macro or function of this name is defined or used.</param>
    public Style? Choose(Func<string, int> uses)
    {
        Style? best = null;
        var bestScore = 0;
        foreach (var style in Styles)
        {
            var own = Score(_stated[style.Name].Signs, uses);
            if (own == 0)
                continue;

            var score = own;
            for (var at = _stated[style.Name].Extends; at is not null; at = _stated[at].Extends)
                score += Score(_stated[at].Signs, uses);

            if (score <= bestScore)
                continue;

            (best, bestScore) = (style, score);
        }

        return best;
    }

    private static int Score(ImmutableArray<StyleSign> signs, Func<string, int> uses) =>
        signs.Sum(s => s.Weight * (32 - int.LeadingZeroCount(Math.Max(0, uses(s.Macro)))));

    private static string? ProblemOf(Style style, Dictionary<string, Style> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { style.Name };
        for (var at = style; at.Extends is { } name; at = names[name])
        {
            if (!names.ContainsKey(name))
                return $"style '{at.Name}' extends '{name}', which is no style";

            if (!seen.Add(name))
                return $"style '{style.Name}' extends itself";
        }

        return null;
    }

    private static Style Sound(string name, string text)
    {
        var (style, problems) = StyleFile.Read(name, text);
        return problems.IsEmpty && style is not null ? style : throw new InvalidOperationException(problems[0].ToString());
    }

    private Style Resolved(Style style)
    {
        ImmutableArray<string> own = [.. new[] { style.Header }.OfType<string>(), .. style.OtherHeaders];
        if (style.Extends is not { } name)
            return style with { Headers = own };

        var inherited = Resolved(_stated[name]);
        return style with
        {
            Signs = [.. style.Signs, .. inherited.Signs],
            Library = [.. style.Library, .. inherited.Library],
            Scopes = [.. style.Scopes, .. inherited.Scopes],
            Declarations = [.. style.Declarations, .. inherited.Declarations],
            Steals = [.. style.Steals, .. inherited.Steals],
            Locks = [.. style.Locks, .. inherited.Locks],
            Guards = [.. style.Guards, .. inherited.Guards],
            Classes = [.. style.Classes, .. inherited.Classes],
            Covers = Merged(inherited.Covers, style.Covers),
            Clearings = [.. style.Clearings, .. inherited.Clearings],
            MixesWithLabels = style.MixesWithLabels && inherited.MixesWithLabels,
            DeclaresFirst = style.DeclaresFirst || inherited.DeclaresFirst,
            BracesSingleStatements = style.BracesSingleStatements ?? inherited.BracesSingleStatements,
            AllocatorAborts = style.AllocatorAborts || inherited.AllocatorAborts,
            Header = style.Header ?? inherited.Header,
            Headers = [.. own, .. inherited.Headers],
            GeneratedHeader = style.GeneratedHeader ?? inherited.GeneratedHeader,
            FailFast = [.. style.FailFast, .. inherited.FailFast],
        };
    }

    private static ImmutableDictionary<string, ImmutableArray<string>> Merged(
        ImmutableDictionary<string, ImmutableArray<string>> inherited, ImmutableDictionary<string, ImmutableArray<string>> own)
    {
        foreach (var (name, covered) in own)
            inherited = inherited.SetItem(name, [.. covered, .. inherited.GetValueOrDefault(name, [])]);

        return inherited;
    }
}
