using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace MigrateCleanup.Review.Series;

/// <summary>How a codebase begins the subject of a commit.</summary>
public enum SubjectForm
{
    /// <summary><c>Return early</c></summary>
    Plain,

    /// <summary><c>util: return early</c></summary>
    Area,

    /// <summary><c>refactor(util): return early</c></summary>
    Conventional,

    /// <summary><c>[Util] Return early</c></summary>
    Brackets,
}

/// <summary>The manner of a codebase's own commit messages, as its log shows it.</summary>
public sealed partial record LogManner(SubjectForm Form, bool IsCapitalised, bool EndsWithFullStop, bool IsSignedOff)
{
    private readonly ImmutableArray<string> _subjects = [];

    public static LogManner Unknown { get; } = new(SubjectForm.Plain, IsCapitalised: true, EndsWithFullStop: false, IsSignedOff: false);

    /// <param name="messages">Whole messages, newest first, without merges.</param>
    public static LogManner Of(IReadOnlyList<string> messages)
    {
        if (messages.Count == 0)
            return Unknown;

        ImmutableArray<string> subjects = [.. messages.Select(m => m.TrimStart().Split('\n')[0].Trim()).Where(s => s.Length > 0)];
        var form = IsMost(subjects, s => Conventional().IsMatch(s)) ? SubjectForm.Conventional
            : IsMost(subjects, s => Brackets().IsMatch(s)) ? SubjectForm.Brackets
            : IsMost(subjects, s => Area().IsMatch(s)) ? SubjectForm.Area
            : SubjectForm.Plain;
        return new LogManner(
            form,
            IsMost(subjects, s => char.IsUpper(Summary(s, form).FirstOrDefault())),
            IsMost(subjects, s => s.EndsWith('.')),
            IsMost(messages, m => m.Contains("\nSigned-off-by: ", StringComparison.Ordinal)))
        {
            Subjects = subjects,
        };
    }

    /// <summary>The subjects that the manner was taken from.</summary>
    public ImmutableArray<string> Subjects
    {
        get => _subjects;
        private init => _subjects = value;
    }

    /// <summary>A subject in this manner.</summary>
    /// <param name="summary">What the commit does: an imperative that starts with a capital letter, without a full stop.</param>
    /// <param name="area">The part of the codebase; see <see cref="AreaOf"/>.</param>
    public string Subject(string summary, string area)
    {
        var text = IsCapitalised || Form == SubjectForm.Brackets ? summary : char.ToLowerInvariant(summary[0]) + summary[1..];
        var end = EndsWithFullStop ? "." : "";
        return Form switch
        {
            SubjectForm.Area when area.Length > 0 => $"{area}: {text}{end}",
            SubjectForm.Conventional => $"refactor{(area.Length > 0 ? $"({area})" : "")}: {text}{end}",
            SubjectForm.Brackets when area.Length > 0 => $"[{area}] {text}{end}",
            _ => text + end,
        };
    }

    /// <summary>What the codebase calls a directory in its subjects: what it mostly wrote when it changed it, else the directory's own name.</summary>
    /// <param name="directory">The directory's name, with <c>/</c>.</param>
    /// <param name="subjects">Subjects of commits that changed something in it, newest first.</param>
    public string AreaOf(string directory, IReadOnlyList<string> subjects)
    {
        var used = subjects.Select(AreaIn).OfType<string>().CountBy(a => a).OrderByDescending(a => a.Value).FirstOrDefault();
        if (used.Key is not null && used.Value >= 2)
            return used.Key;

        var name = directory.TrimEnd('/').Split('/')[^1];
        return name is "." or "" ? "" : name;
    }

    private string? AreaIn(string subject) => Form switch
    {
        SubjectForm.Area when Area().Match(subject) is { Success: true } match => match.Groups["area"].Value,
        SubjectForm.Conventional when Conventional().Match(subject) is { Success: true } match && match.Groups["area"].Length > 0 => match.Groups["area"].Value,
        SubjectForm.Brackets when Brackets().Match(subject) is { Success: true } match => match.Groups["area"].Value,
        _ => null,
    };

    private static string Summary(string subject, SubjectForm form)
    {
        var match = form switch
        {
            SubjectForm.Area => Area().Match(subject),
            SubjectForm.Conventional => Conventional().Match(subject),
            SubjectForm.Brackets => Brackets().Match(subject),
            _ => Match.Empty,
        };
        return subject[match.Length..];
    }

    private static bool IsMost<T>(IReadOnlyCollection<T> items, Func<T, bool> test) => items.Count(test) * 2 > items.Count;

    [GeneratedRegex(@"^(?<area>[\w./+-]+(?:(?:, ?|: )[\w./+-]+)*): (?=\S)")]
    private static partial Regex Area();

    [GeneratedRegex(@"^(?:feat|fix|refactor|chore|docs|test|tests|ci|build|perf|style|revert)(?:\((?<area>[^)]*)\))?!?: ")]
    private static partial Regex Conventional();

    [GeneratedRegex(@"^\[(?<area>[^\]]+)\]:? ")]
    private static partial Regex Brackets();
}
