using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Writing;

namespace MigrateCleanup.Cli.Verbs.Batches;

/// <summary>
/// A copy of the codebase to try patches in, so that the user's files stay as they are: another work tree of the same
/// repository at the base, or, outside of git, a copy of the directory. It is gone at the end, however that comes.
/// </summary>
public sealed class Sandbox : IDisposable
{
    private readonly WorkTree _tree;
    private readonly bool _isCheckout;
    private readonly string _holder;
    private readonly Action _clear;

    private Sandbox(WorkTree tree, bool isCheckout)
    {
        _isCheckout = isCheckout;
        _tree = tree;
        _holder = Directory.CreateTempSubdirectory("migrate-cleanup-").FullName;
        Top = Path.Combine(_holder, "tree");
        _clear = Clear;
        Interruption.Remember(_clear);
    }

    public string Top { get; }

    /// <summary>What it is to the user.</summary>
    public string Description => _isCheckout ? "a checkout of its own, without files that git ignores" : "a copy of the directory";

    public static Sandbox Of(WorkTree tree, Repository? repository)
    {
        var sandbox = new Sandbox(tree, isCheckout: repository is not null);
        try
        {
            if (repository is null)
                Copy(tree.Top, sandbox.Top);
            else
                GitCommand.Answer(tree, "worktree", "add", "--detach", "--force", sandbox.Top, repository.Head);

            return sandbox;
        }
        catch
        {
            sandbox.Dispose();
            throw;
        }
    }

    public void Write(string name, byte[] bytes)
    {
        var path = Path.GetFullPath(Path.Combine(Top, name));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            File.WriteAllBytes(path, bytes);
    }

    public void Dispose()
    {
        Interruption.Forget(_clear);
        Clear();
    }

    private void Clear()
    {
        if (_isCheckout)
        {
            GitCommand.Run(_tree.Top, "worktree", "remove", "--force", Top);
            if (Directory.Exists(_holder))
                Directory.Delete(_holder, recursive: true);

            GitCommand.Run(_tree.Top, "worktree", "prune");
        }
        else if (Directory.Exists(_holder))
        {
            Directory.Delete(_holder, recursive: true);
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } link)
                File.CreateSymbolicLink(target, link);
            else if (entry is DirectoryInfo)
                Copy(entry.FullName, target);
            else
                File.Copy(entry.FullName, target);
        }
    }
}
