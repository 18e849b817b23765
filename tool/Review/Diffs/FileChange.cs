namespace MigrateCleanup.Review.Diffs;

/// <summary>
/// One file before and after. A null text is a file that does not exist. The texts are compared and printed as they
/// are: a caller that wants the file's own bytes in the diff passes one character a byte (Latin-1).
/// </summary>
public sealed record FileChange(string Path, string? Before, string? After)
{
    /// <summary>The file's mode as git writes it; executable files have <c>100755</c>.</summary>
    public string Mode { get; init; } = RegularMode;

    /// <summary>The names of the contents before and after, as git's <c>index</c> line has them; null leaves the line out.</summary>
    public (string Before, string After)? Contents { get; init; }

    /// <summary>Stretches whose hunks are named after them: functions, say. Without any, git's own way of naming is taken.</summary>
    public IReadOnlyList<HunkHeading> Headings { get; init; } = [];

    public const string RegularMode = "100644";

    public const string ExecutableMode = "100755";
}

/// <summary>What to print behind <c>@@</c> for a hunk that starts inside a stretch of lines (from one, before the change).</summary>
public sealed record HunkHeading(int FirstLine, int LastLine, string Text);
