using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Loading;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Review.Diffs;
using MigrateCleanup.Review.Series;

namespace MigrateCleanup.Cli.Verbs.Batches;

/// <summary>The changed files of a run as a series sees them: only what the base has, and each text with its bytes.</summary>
public sealed class SeriesSource
{
    private readonly Run _run;
    private readonly Repository? _repository;
    private readonly ImmutableDictionary<string, string> _modes;

    private SeriesSource(Run run, Repository? repository, ImmutableDictionary<string, string> modes, ImmutableArray<SeriesFile> files)
    {
        _run = run;
        _repository = repository;
        _modes = modes;
        Files = files;
    }

    public ImmutableArray<SeriesFile> Files { get; }

    /// <exception cref="Stop">A file to be changed has uncommitted changes.</exception>
    public static SeriesSource Of(Run run, Repository? repository, bool force, Messages messages)
    {
        var changed = run.Outcome.Files.Where(f => f.IsChanged).ToList();
        var modes = repository?.Modes() ?? ImmutableDictionary<string, string>.Empty;
        var files = ImmutableArray.CreateBuilder<SeriesFile>();
        foreach (var file in changed)
        {
            var name = run.Tree.NameOf(file.Path);
            if (repository is not null && !file.IsNew && !modes.ContainsKey(name))
                messages.Warning($"{name}: not in the last commit, so no patch can be based on it; left out");
            else if (run.Files.Read(file.Path) is not { } source || !source.TryEncode(file.After, out _))
                messages.Error($"{name}: the change needs characters that the file's encoding has not; left out");
            else
                files.Add(new SeriesFile(name, file.Before, RunReports.Stretches(file)) { IsNew = file.IsNew, IsShared = SourceTree.IsHeader(file.Path) });
        }

        if (repository is not null && !force && Uncommitted.Among(run.Tree, [.. files.Select(f => f.Path)]) is { Count: > 0 } dirty)
        {
            throw Stop.Usage($"uncommitted changes in {string.Join(", ", dirty.Take(3))}{(dirty.Count > 3 ? $" and {dirty.Count - 3} more" : "")}: "
                + "patches are based on the last commit; commit or stash them, or use --force");
        }

        return new SeriesSource(run, repository, modes, files.ToImmutable());
    }

    /// <summary>The bytes of a text of a file.</summary>
    public byte[] Bytes(string name, string text) => _run.Files.Read(_run.Tree.PathOf(name))!.TryEncode(text, out var bytes)
        ? bytes
        : throw Stop.Failed($"{name}: the change needs characters that the file's encoding has not");

    public string Before(string name) => Files.First(f => f.Path == name).Before;

    public string Mode(string name) => _modes.GetValueOrDefault(name, FileChange.RegularMode);

    /// <summary>Some file has line ends that mail programs like to change.</summary>
    public bool HasCarriageReturns => Files.Any(f => f.Before.Contains('\r', StringComparison.Ordinal));

    /// <summary>The diff from one state of the series to another, one character a byte.</summary>
    public string Diff(IReadOnlyDictionary<string, string> from, IReadOnlyDictionary<string, string> to, IEnumerable<string> names) =>
        UnifiedDiff.Write(names.Order(StringComparer.Ordinal).Select(name => ChangeOf(
            name, from.GetValueOrDefault(name) ?? Before(name), to.GetValueOrDefault(name) ?? Before(name))));

    private FileChange ChangeOf(string name, string before, string after)
    {
        var (old, @new) = (Bytes(name, before), Bytes(name, after));
        var isNew = old.Length == 0 && _run.Outcome.Files.Any(f => f.IsNew && _run.Tree.NameOf(f.Path) == name);
        return new FileChange(name, isNew ? null : Encoding.Latin1.GetString(old), Encoding.Latin1.GetString(@new))
        {
            Mode = Mode(name),
            Contents = _repository is { NamesBySha1: true } ? (isNew ? new string('0', 40) : BlobName(old), BlobName(@new)) : null,
        };
    }

    /// <summary>What git calls a content: it lets <c>git am -3</c> find the base of a patch that does not fit any more.</summary>
    private static string BlobName(byte[] content)
    {
#pragma warning disable CA5350 // It is git's choice, and no secret depends on it.
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0"));
        return Convert.ToHexStringLower(SHA1.HashData([.. head, .. content]));
#pragma warning restore CA5350
    }
}
