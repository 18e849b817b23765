using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Languages;

/// <summary>
/// One function as all its readings show it: one per target framework, project and combination of conditional
/// symbols that the file is compiled with. All share the text. Rules decide on the first, and on those that show text which
/// the first hides; a rewrite must be proved in each.
/// </summary>
public sealed record FunctionReading(string Name, ImmutableArray<Function> Views)
{
    public Function Primary => Views[0];

    /// <summary>The views besides the first in which text is live that somebody compiles, and that no view before shows.</summary>
    public ImmutableArray<Function> Alternatives { get; init; } = [];

    /// <summary>The same function, with another view as the one that changes speak of.</summary>
    public FunctionReading As(Function view) => this with { Views = [view, .. Views.Where(v => v != view)] };

    /// <summary>
    /// Combinations of conditional symbols, spelled out, that have no view because the function does not bind under
    /// them as it does in <see cref="Primary"/>: code for a platform that is not at hand.
    /// </summary>
    public ImmutableArray<string> Dropped { get; init; } = [];

    /// <summary>The suppressing comments that stand on this function (before it among its comments, or inside).</summary>
    public ImmutableArray<Suppression> Suppressions { get; init; } = [];
}

/// <summary>A comment <c>migrate-cleanup: off</c>, or <c>off(RULE, RULE)</c>; no rules means every rule.</summary>
public sealed record Suppression(TextSpan Span, ImmutableArray<string> Rules)
{
    private const string Marker = "migrate-cleanup: off";

    public bool Covers(string ruleId) => Rules.IsEmpty || Rules.Contains(ruleId, StringComparer.Ordinal);

    /// <summary>The suppression in a comment, if it is one. <paramref name="start"/> is where the comment stands in its file.</summary>
    public static Suppression? Parse(ReadOnlySpan<char> comment, int start)
    {
        var at = comment.IndexOf(Marker, StringComparison.Ordinal);
        if (at < 0)
            return null;

        var rest = comment[(at + Marker.Length)..];
        var length = Marker.Length;
        ImmutableArray<string> rules = [];
        if (rest.StartsWith("(") && rest.IndexOf(')') is > 0 and var close)
        {
            rules = [.. rest[1..close].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
            length += close + 1;
        }

        return new Suppression(new TextSpan(start + at, length), rules);
    }
}

/// <summary>A file that is not there yet, and that texts of a snapshot need.</summary>
public sealed record NewFile(string Path, string Text);

/// <summary>A function, or a stretch of a file, that could not be read.</summary>
public sealed record Unparsed(string Path, TextSpan Span, string Reason);

/// <summary>What reading one file gave: its functions worth looking at, in text order, and what could not be read.</summary>
public sealed record FileReading(ImmutableArray<FunctionReading> Functions, ImmutableArray<Unparsed> Unparsed)
{
    /// <summary>Suppressing comments that stand on no function of <see cref="Functions"/>: they suppress nothing.</summary>
    public ImmutableArray<Suppression> Idle { get; init; } = [];
}

/// <summary>An edit of a file other than the function's own: a declaration that the new text needs.</summary>
public sealed record ElsewhereEdit(string Path, TextEdit Edit);

/// <summary>A name that new text gives a meaning, where files share their names; it can have only one.</summary>
public sealed record Claim(string Name, string Meaning);

/// <summary>The edits that spell a list of changes, or why they cannot be spelled. Exactly one of the two is set.</summary>
public sealed record Spelling(ImmutableArray<TextEdit> Edits, Refusal? Refusal = null)
{
    /// <summary>
    /// What other files of <see cref="ICodebase.Paths"/> need for it. Functions that want the same edit share it; it is made
    /// when one of them is proved.
    /// </summary>
    public ImmutableArray<ElsewhereEdit> Elsewhere { get; init; } = [];

    /// <summary>What it declares for more than its function. Rewrites whose claims contradict each other are not made at once.</summary>
    public ImmutableArray<Claim> Claims { get; init; } = [];

    public static Spelling Refused(Refusal refusal) => new([], refusal);
}

/// <summary>A problem the compiler has with a text.</summary>
public sealed record CompilerProblem(string Path, TextSpan Span, string Id, string Message);

/// <summary>
/// A snapshot of the files of one language, which a language's front-end can read and spell changes for. Never changed;
/// <see cref="With"/> makes the next snapshot and shares what did not change. Safe to use from several threads.
/// </summary>
public interface ICodebase
{
    /// <summary><c>c</c> or <c>cs</c>: the first half of a rule's id.</summary>
    string Language { get; }

    /// <summary>The files to look at, in ordinal order.</summary>
    ImmutableArray<string> Paths { get; }

    /// <summary>
    /// How many files go through the rules at once. Each rule makes a new snapshot for them: where one costs as much for a
    /// few files as for all, all go at once; where it does not, fewer are held in memory.
    /// </summary>
    int BatchSize => int.MaxValue;

    string TextOf(string path);

    /// <summary>
    /// Reads one file. Parsing never fails: what cannot be read is listed. Without <paramref name="only"/>, functions
    /// that hold nothing any rule could look at are passed over; with it, exactly the functions of these names are read.
    /// </summary>
    FileReading Read(string path, IReadOnlySet<string>? only = null);

    /// <summary>Nothing that was read of the file is used any more: what is kept of it may go until it is asked for again.</summary>
    void Forget(string path)
    {
    }

    /// <summary>Spells changes to one function of this snapshot, in all its views, in the file's own layout.</summary>
    Spelling Spell(FunctionReading function, IReadOnlyList<Change> changes);

    /// <summary>The snapshot with other texts for some files.</summary>
    /// <param name="texts">The texts by path.</param>
    /// <param name="read">Another snapshot of the same codebase: where it has the same text of a file, its readings of that file are good for the new one.</param>
    ICodebase With(IReadOnlyDictionary<string, string> texts, ICodebase? read = null);

    /// <summary>What the compiler says about these files here that it does not say about them in <paramref name="original"/>.</summary>
    ImmutableArray<CompilerProblem> NewProblems(ICodebase original, IReadOnlyCollection<string> paths);

    /// <summary>
    /// What may stand in a text on the way, but not when all rules are through: a function that is half in one style and
    /// half in another, where the codebase never mixes them.
    /// </summary>
    ImmutableArray<CompilerProblem> Unfinished(ICodebase original, IReadOnlyCollection<string> paths) => [];

    /// <summary>Edits beside the functions of a file: what they needed in <paramref name="original"/>, and nothing here does.</summary>
    ImmutableArray<TextEdit> Leftovers(ICodebase original, string path) => [];

    /// <summary>The files that the texts of this snapshot need, and that are not there: a header with what the style is made of.</summary>
    ImmutableArray<NewFile> NewFiles => [];
}
