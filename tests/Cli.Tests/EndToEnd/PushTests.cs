using System.Text.Json;

namespace MigrateCleanup.Cli.Tests.EndToEnd;

/// <summary>Branches go to a real remote, a repository on this machine; the forge's API is a stand-in.</summary>
public sealed class PushTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public PushTests()
    {
        foreach (var name in new[] { "a/A", "b/B", "c/C" })
            _scratch.Write($"work/{name}.cs", Code.Convertible.Named(name[2..]));

        _scratch.Git("init", "-q", "--bare", "-b", "main", "forge/owner/name.git");
        Git("init", "-q", "-b", "main");
        Git("config", "user.name", "T");
        Git("config", "user.email", "t@example.org");
        Git("add", "-A");
        Git("commit", "-q", "-m", "Start");
        Git("remote", "add", "origin", _scratch["forge/owner/name.git"]);
        Git("push", "-q", "origin", "main");
    }

    [Fact]
    public void NoMoreThanSoManyAreOpenAndTheNextFollowWhenOneIsMerged()
    {
        var first = Batch("--push", "origin", "--open", "2");
        Assert.Equal(0, first.ExitCode);
        var opened = first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, opened.Length);
        Assert.Equal(["open", "open", "waiting"], States());
        var heads = RemoteHeads();
        Assert.Equal(3, heads.Count);

        // Nothing has happened: nothing is pushed, nothing is opened.
        Assert.Equal(0, Batch("--push", "origin", "--open", "2").ExitCode);
        Assert.Equal(heads, RemoteHeads());

        // One is merged, and the base moves on.
        Git("merge", "-q", "--squash", opened[0]);
        Git("commit", "-q", "-m", "a: merged");
        _scratch.Write("work/b/B.cs", "// moved on\n" + _scratch.Text("work/b/B.cs"));
        Git("commit", "-qam", "b: moved on");
        Git("push", "-q", "origin", "main");
        var second = Batch("--push", "origin", "--open", "2");
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(["merged", "open", "open"], States());
        Assert.Contains(opened[1], second.Output, StringComparison.Ordinal);
        Assert.Equal("1\n", Git("rev-list", "--count", $"main..{opened[1]}"));
        Assert.NotEqual(heads[opened[1]], RemoteHeads()[opened[1]]);
        Assert.Equal(heads[opened[0]], RemoteHeads()[opened[0]]);
    }

    [Fact]
    public void WhatSomebodyElsePushedIsLeftAlone()
    {
        var branch = Batch("--push", "origin").Output.Split('\n')[0];
        Git("checkout", "-q", "-b", "other", branch);
        Git("commit", "-q", "--allow-empty", "-m", "mine");
        Git("push", "-q", "origin", $"other:{branch}");
        Git("checkout", "-q", "main");
        Git("commit", "-q", "--allow-empty", "-m", "moved on");
        var head = RemoteHeads()[branch];
        var result = Batch("--push", "origin");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"{branch}: changed on origin by somebody else; left as it is", result.ErrorLines);
        Assert.Equal(head, RemoteHeads()[branch]);
    }

    [Fact]
    public void AnotherCloneGoesOnWithoutTheManifest()
    {
        var branch = Batch("--push", "origin").Output.Split('\n')[0];
        var head = RemoteHeads()[branch];
        _scratch.Git("clone", "-q", _scratch["forge/owner/name.git"], "other");
        _scratch.Git("-C", _scratch["other"], "commit", "-q", "--allow-empty", "-m", "Move on");
        var result = Processes.Run("dotnet", ["exec", Tool.File, "batch", ".", "--out", "../out2", "--push", "origin"], _scratch["other"]);
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("somebody else", result.Error, StringComparison.Ordinal);
        Assert.NotEqual(head, RemoteHeads()[branch]);
    }

    [Fact]
    public void ARemoteThatRefusesIsSaidAndTheOthersAreTried()
    {
        Hook("update", "case $1 in *early-return-a*) echo 'not this one' >&2; exit 1;; esac");
        var result = Batch("--push", "origin");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(result.ErrorLines, l => l.StartsWith("migrate-cleanup/early-return-a", StringComparison.Ordinal) && l.Contains("origin does not take it", StringComparison.Ordinal));
        Assert.Equal(3, RemoteHeads().Count);
        Assert.Equal("main\n", Git("branch", "--show-current"));
    }

    [Fact]
    public void GitLabIsAskedByPushOptions()
    {
        _scratch.Git("-C", _scratch["forge/owner/name.git"], "config", "receive.advertisePushOptions", "true");
        Hook("post-receive", $"i=0; while [ $i -lt $GIT_PUSH_OPTION_COUNT ]; do eval \"echo \\\"\\$GIT_PUSH_OPTION_$i\\\"\" >> '{_scratch["options"]}'; i=$((i+1)); done");
        Assert.Equal(0, Batch("--push", "origin", "--open", "1", "--forge", "gitlab").ExitCode);
        var options = _scratch.Text("options").Split('\n');
        Assert.Contains("merge_request.create", options);
        Assert.Contains("merge_request.target=main", options);
        Assert.Contains("merge_request.title=Return early instead of jumping to the end (cs/early-return in a)", options);
    }

    [Fact]
    public void GitHubIsAskedOverItsInterface()
    {
        using var forge = new ForgeStandIn();
        var result = GitHub(forge, "--open", "2");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, forge.Open.Count);
        Assert.Equal("Return early instead of jumping to the end (cs/early-return in a)", forge.Open[0]["title"]!.GetValue<string>());
        Assert.Equal("main", forge.Open[0]["base"]!["ref"]!.GetValue<string>());
        Assert.Contains("secret", forge.Token, StringComparison.Ordinal);
        using var manifest = Manifest();
        Assert.Equal($"{forge.Address}pull/1", manifest.RootElement.GetProperty("patches")[0].GetProperty("pullRequest").GetString());
        Assert.DoesNotContain("secret", result.Error + _scratch.Text("work/../out/manifest.json"), StringComparison.Ordinal);

        Assert.Equal(0, GitHub(forge, "--open", "2").ExitCode);
        Assert.Equal(2, forge.Open.Count);
    }

    [Theory]
    [InlineData(401, "check GITHUB_TOKEN")]
    [InlineData(403, "the token may not do that")]
    [InlineData(422, "a pull request exists")]
    [InlineData(429, "fewer requests")]
    [InlineData(500, "the forge answers 500")]
    public void AForgeThatSaysNoIsExplained(int status, string message)
    {
        using var forge = new ForgeStandIn { Failure = status };
        var result = GitHub(forge, "--open", "1");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(message, result.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(2, result.ErrorLines.Count);
    }

    [Fact]
    public void AForgeThatTakesNothingIsNotAskedAgain()
    {
        using var forge = new ForgeStandIn { Failure = 401 };
        var result = GitHub(forge);
        Assert.Equal(3, result.ExitCode);
        Assert.EndsWith("check GITHUB_TOKEN; no more branches are pushed", result.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(2, result.ErrorLines.Count);
        Assert.Equal(2, RemoteHeads().Count);
        Assert.Equal(["open", "waiting", "waiting"], States());

        forge.Failure = null;
        Assert.Equal(0, GitHub(forge).ExitCode);
        Assert.Equal(3, forge.Open.Count);
    }

    [Fact]
    public void AForgeThatNeverAnswersIsWaitedForSoLongOnly()
    {
        using var forge = new ForgeStandIn { IsSilent = true };
        var result = GitHub(forge, "--forge-timeout", "1");
        Assert.Equal(3, result.ExitCode);
        Assert.EndsWith("the forge did not answer within 1 seconds (--forge-timeout); no more branches are pushed", result.ErrorLines[0], StringComparison.Ordinal);

        Git("remote", "set-url", "origin", $"{forge.Address}owner/name.git");
        var silent = Batch("--push", "origin", "--forge-timeout", "1");
        Assert.Equal(3, silent.ExitCode);
        Assert.StartsWith("migrate-cleanup: --push origin: the remote does not answer: ", Assert.Single(silent.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void AForgeThatIsNotThereAndATokenThatIsMissingAreSaid()
    {
        var forge = new ForgeStandIn();
        forge.Dispose();
        var result = GitHub(forge, "--open", "1");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("the forge cannot be reached", result.ErrorLines[0], StringComparison.Ordinal);

        var without = Tool.RunWith(_scratch, new Dictionary<string, string?> { ["GITHUB_TOKEN"] = null, ["GH_TOKEN"] = null }, "batch", "work", "--out", "out", "--push", "origin", "--forge", "github");
        Assert.Contains("GITHUB_TOKEN", without.Summary, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private string Git(params string[] arguments) => _scratch.Git(["-C", Directory.CreateDirectory(_scratch["work"]).FullName, .. arguments]);

    private void Hook(string name, string script)
    {
        var path = _scratch.Write($"forge/owner/name.git/hooks/{name}", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private ProcessResult Batch(params string[] options) => Processes.Run(
        "dotnet", ["exec", Tool.File, "batch", ".", "--out", "../out", .. options], _scratch["work"]);

    private ProcessResult GitHub(ForgeStandIn forge, params string[] options) => Processes.Run(
        "dotnet",
        ["exec", Tool.File, "batch", ".", "--out", "../out", "--push", "origin", "--forge", "github", "--forge-url", forge.Address, .. options],
        _scratch["work"],
        environment: new Dictionary<string, string?> { ["GITHUB_TOKEN"] = "secret" });

    private Dictionary<string, string> RemoteHeads() => Git("ls-remote", "--heads", "origin").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l.Split('\t')).ToDictionary(l => l[1]["refs/heads/".Length..], l => l[0]);

    private JsonDocument Manifest() => JsonDocument.Parse(_scratch.Bytes("out/manifest.json"));

    private IEnumerable<string?> States()
    {
        using var manifest = Manifest();
        return [.. manifest.RootElement.GetProperty("patches").EnumerateArray().Select(p => p.GetProperty("state").GetString())];
    }
}
