using System.Collections.Immutable;
using System.Globalization;
using MigrateCleanup.Cli.Forges;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Review.Series;

namespace MigrateCleanup.Cli.Verbs.Batches;

/// <summary>What came of pushing a branch, and the address of its request when the forge gave one.</summary>
public sealed record PushResult(bool Succeeded, string? Address)
{
    /// <summary>The branch is on the remote, whether or not there is a request for it.</summary>
    public bool IsThere { get; init; } = true;
}

/// <summary>
/// The remote that branches are pushed to. A branch there that somebody else changed since is left alone; one that is as
/// it should be is not pushed again.
/// </summary>
public sealed class Remote
{
    private const string Heads = "refs/heads/";

    private readonly string _name;
    private readonly WorkTree _tree;
    private readonly Messages _messages;
    private readonly ForgeKind _kind;
    private readonly IReadOnlyDictionary<string, string> _waiting;
    private readonly GitHub? _gitHub;
    private readonly string _target;
    private readonly Dictionary<string, string> _there;

    private Remote(
        string name, WorkTree tree, Messages messages, ForgeKind kind, IReadOnlyDictionary<string, string> waiting, GitHub? gitHub, string target, Dictionary<string, string> there)
    {
        _name = name;
        _tree = tree;
        _messages = messages;
        _kind = kind;
        _waiting = waiting;
        _gitHub = gitHub;
        _target = target;
        _there = there;
    }

    /// <exception cref="Stop">The remote does not answer, or what is needed for its forge is missing.</exception>
    public static Remote Of(string name, Repository repository, BatchOptions options, Messages messages)
    {
        var tree = repository.Tree;
        var waiting = Waiting(options.ForgeTimeout);
        var listing = GitCommand.Run(tree.Top, null, waiting, "ls-remote", "--symref", "--", name);
        if (listing is not { Succeeded: true })
            throw Stop.Failed($"--push {name}: the remote does not answer: {listing?.Reason ?? "git is not installed"}");

        var address = GitCommand.Run(tree.Top, "remote", "get-url", "--push", "--", name) is { Succeeded: true } known ? known.Output.Trim() : name;
        var (target, there) = Parsed(listing.Output);
        var kind = options.Forge == ForgeKind.Auto ? KindOf(address) : options.Forge;
        return new Remote(
            name, tree, messages, kind, waiting,
            kind == ForgeKind.GitHub ? GitHub.Of(address, options.ForgeUrl, options.ForgeTimeout) : null,
            options.TargetBranch ?? target ?? throw Stop.Usage($"--push {name}: the remote has no branch of its own yet; --target says which one requests are for"),
            there);
    }

    /// <summary>There is no use in pushing more: no request could be opened for it.</summary>
    public bool HasGivenUp => _gitHub is { HasGivenUp: true };

    public bool IsOpen(string branch) => _there.ContainsKey(branch);

    /// <summary>Those of an earlier run's patches whose branches are there still.</summary>
    public ImmutableArray<ManifestPatch> StillOpen(Manifest previous) =>
        [.. previous.Patches.Where(p => p is { State: ManifestPatch.Open, Branch: { } branch } && IsOpen(branch))];

    /// <summary>Pushes a branch and asks for it to be merged.</summary>
    /// <param name="branch">The branch.</param>
    /// <param name="commit">Where it is.</param>
    /// <param name="title">The title of the request.</param>
    /// <param name="text">The text of the request.</param>
    /// <param name="pushedBefore">What an earlier run pushed there.</param>
    public PushResult Push(string branch, string commit, string title, string text, string? pushedBefore)
    {
        var there = _there.GetValueOrDefault(branch);
        if (there is not null && there != commit && there != pushedBefore && !IsOurs(branch, there))
        {
            _messages.Warning($"{branch}: changed on {_name} by somebody else; left as it is");
            return new PushResult(true, null);
        }

        if (there != commit && !TryPush(branch, there, title, text))
            return new PushResult(false, null) { IsThere = false };

        _there[branch] = commit;
        return _gitHub is null ? new PushResult(true, null) : _gitHub.Request(branch, _target, title, text, _messages);
    }

    /// <summary>Whether what is there was pushed by this program, be it from another clone.</summary>
    private bool IsOurs(string branch, string there)
    {
        GitCommand.Run(_tree.Top, null, _waiting, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", _name, Heads + branch);
        return Branches.IsOurs(_tree, there);
    }

    /// <summary>What makes git give up on a server that sends nothing; by itself it waits for ever.</summary>
    private static Dictionary<string, string> Waiting(int seconds) => new()
    {
        ["GIT_HTTP_LOW_SPEED_LIMIT"] = "1",
        ["GIT_HTTP_LOW_SPEED_TIME"] = seconds.ToString(CultureInfo.InvariantCulture),
    };

    private bool TryPush(string branch, string? there, string title, string text)
    {
        List<string> arguments = ["push", "--porcelain", $"--force-with-lease={Heads}{branch}:{there ?? ""}"];
        if (_kind == ForgeKind.GitLab && there is null)
        {
            foreach (var option in new[] { "create", $"target={_target}", $"title={title}", $"description={text.Replace("\n", "<br>", StringComparison.Ordinal)}", "remove_source_branch" })
                arguments.AddRange(["-o", $"merge_request.{option}"]);
        }

        arguments.AddRange(["--", _name, $"+{Heads}{branch}:{Heads}{branch}"]);
        var result = GitCommand.Run(_tree.Top, null, _waiting, [.. arguments]);
        if (result is { Succeeded: true })
            return true;

        _messages.Error($"{branch}: {_name} does not take it: {Refusal(result!)}");
        return false;
    }

    /// <summary>In its listing for programs, git marks a reference that was refused with an exclamation mark and says why behind it.</summary>
    private static string Refusal(GitCommand.Result result)
    {
        var remote = result.Error.Split('\n').FirstOrDefault(l => l.StartsWith("remote: ", StringComparison.Ordinal) && l.Trim().Length > "remote:".Length);
        var refused = result.Output.Split('\n').FirstOrDefault(l => l.StartsWith('!'))?.Split('\t')[^1];
        return string.Join(": ", new[] { refused, remote?["remote: ".Length..].Trim() }.OfType<string>()) is { Length: > 0 } reason ? reason : result.Reason;
    }

    private static ForgeKind KindOf(string address)
    {
        var host = Uri.TryCreate(address, UriKind.Absolute, out var uri) && !uri.IsFile ? uri.Host : address.Split(':')[0].Split('@')[^1];
        return address.StartsWith('/') || address.StartsWith('.') ? ForgeKind.None
            : host.Contains("github", StringComparison.OrdinalIgnoreCase) ? ForgeKind.GitHub
            : host.Contains("gitlab", StringComparison.OrdinalIgnoreCase) ? ForgeKind.GitLab
            : ForgeKind.None;
    }

    private static (string? Target, Dictionary<string, string> Branches) Parsed(string listing)
    {
        string? target = null;
        var branches = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in listing.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split('\t');
            if (line.StartsWith("ref: " + Heads, StringComparison.Ordinal) && parts[1] == "HEAD")
                target = parts[0]["ref: ".Length..][Heads.Length..];
            else if (parts is [var commit, var name] && name.StartsWith(Heads, StringComparison.Ordinal))
                branches[name[Heads.Length..]] = commit;
        }

        return (target ?? (branches.ContainsKey("main") ? "main" : branches.ContainsKey("master") ? "master" : null), branches);
    }
}
