using System.Collections.Immutable;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Cli.Writing;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Review.Burndown;

namespace MigrateCleanup.Cli.Verbs.Status;

/// <summary>
/// Counts that may fall and never rise: a file beside the code that a build is held against. It falls with them; to let
/// a count rise, delete the file or edit it.
/// </summary>
public sealed class Ratchet
{
    private readonly string _name;
    private readonly DirectoryCounts? _allowed;

    private Ratchet(string name, DirectoryCounts? allowed)
    {
        _name = name;
        _allowed = allowed;
    }

    /// <exception cref="Stop">The file cannot be read, or is no ratchet.</exception>
    public static Ratchet Read(string file)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
            return new Ratchet(file, null);

        try
        {
            var source = JsonSource.Parse(file, SourceFile.Read(path).Text);
            var counts = DirectoryCounts.Read(source);
            return source.Problems is [var first, ..] ? throw Stop.Usage($"--ratchet {first}") : new Ratchet(file, counts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Usage($"--ratchet {file}: cannot be read: {SourceFiles.Reason(e)}");
        }
    }

    public ExitCode Check(DirectoryCounts counts, Run run, Messages messages)
    {
        if (_allowed is null)
            return Write(counts, $"{_name}: written; from now on, no count may rise above it", messages);

        var grown = counts.GrownFrom(_allowed).ToList();
        foreach (var sentence in grown)
            messages.Error(sentence);

        if (grown.Count > 0)
            return ExitCode.Found;

        // What this run did not look at stays as it was.
        var kept = _allowed.Directories.Where(d => !counts.Directories.ContainsKey(d.Key) && !IsInside(d.Key, run));
        var next = new DirectoryCounts(counts.Directories.AddRange(kept.ToImmutableArray()));
        return next.Write().AsSpan().SequenceEqual(_allowed.Write()) || run.Outcome.Unparsed > 0
            ? ExitCode.Done
            : Write(next, $"{_name}: lowered to the counts of today", messages);
    }

    private static bool IsInside(string directory, Run run)
    {
        var name = run.Tree.NameOf(run.Directory);
        return name == "." || directory == name || directory.StartsWith(name + "/", StringComparison.Ordinal);
    }

    private ExitCode Write(DirectoryCounts counts, string message, Messages messages)
    {
        try
        {
            WholeFile.Write(Path.GetFullPath(_name), counts.Write());
            messages.Warning(message);
            return ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            messages.Error($"{_name}: cannot be written: {SourceFiles.WriteReason(e)}");
            return ExitCode.Failed;
        }
    }
}
