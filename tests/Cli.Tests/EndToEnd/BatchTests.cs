using System.Text.Json;

namespace MigrateCleanup.Cli.Tests.EndToEnd;

public sealed class BatchTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public BatchTests()
    {
        _scratch.Write("a/A.cs", Code.Convertible.Named("A"));
        _scratch.Write("a/B.cs", Code.Convertible.Named("B").ReplaceLineEndings("\r\n"));
        _scratch.Write("b/C.cs", Code.Convertible.Named("C"));
        _scratch.Write("b/D.cs", Code.Leaky.Named("D"));
        _scratch.Write("CODEOWNERS", "/a/ @anna\n/b/ @ben\n");
        _scratch.Git("init", "-q", "-b", "main");
        _scratch.Git("config", "user.name", "Tést User");
        _scratch.Git("config", "user.email", "t@example.org");
        _scratch.Git("add", "-A");
        _scratch.Git("commit", "-q", "-m", "a: start\n\nSigned-off-by: T <t@example.org>");
    }

    [Fact]
    public void EachPatchAppliesInTurnAndTheWholeIsTheDiff()
    {
        var result = Batch();
        Assert.Equal(0, result.ExitCode);
        var patches = Patches();
        Assert.Equal(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFileName).Skip(1), patches.Select(Path.GetFileName));
        Assert.Equal(3, patches.Count);
        var applied = _scratch.Text("a/A.cs");
        Tool.Run(_scratch, "apply", ".");
        var expected = new[] { "a/A.cs", "a/B.cs", "b/C.cs", "b/D.cs" }.Select(f => _scratch.Text(f, exact: true)).ToList();
        _scratch.Git("checkout", "-q", ".");
        Assert.Equal(applied, _scratch.Text("a/A.cs"));
        foreach (var patch in patches)
            _scratch.Git("am", "-q", "--keep-cr", patch);

        Assert.Equal(expected, new[] { "a/A.cs", "a/B.cs", "b/C.cs", "b/D.cs" }.Select(f => _scratch.Text(f, exact: true)));
        var message = _scratch.Git("log", "-1", "--format=%an|%s|%b");
        Assert.StartsWith("Tést User|b: return early instead of jumping to the end (cs/early-return)|", message, StringComparison.Ordinal);
        Assert.Contains("Signed-off-by: Tést User <t@example.org>", message, StringComparison.Ordinal);
        Assert.Contains("keep-cr", _scratch.Text("out/0000-cover-letter.txt"), StringComparison.Ordinal);

        using var manifest = Manifest();
        Assert.Equal(["@ben", "@anna", "@ben"], manifest.RootElement.GetProperty("patches").EnumerateArray().Select(p => p.GetProperty("owners")[0].GetString()));
        Assert.Contains("Owners: @ben", _scratch.Text("out/" + manifest.RootElement.GetProperty("patches")[0].GetProperty("pullRequestText").GetString()), StringComparison.Ordinal);
    }

    [Fact]
    public void TheReasonRepeatsTheFirstLineThatSpeaksOfAnError()
    {
        const string command = "grep -q goto b/C.cs || { echo fine; printf \"$PWD/b/C.cs:3: \\033[31merror:\\033[0m no goto\\n\"; exit 2; }";
        var result = Batch("--max-files", "1", "--verify", command);
        Assert.Contains(result.ErrorLines, l => l.EndsWith("fails (exit code 2): b/C.cs:3: error: no goto", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatAHookSaysOfItsRepositoryHoldsForTheHookAlone()
    {
        var environment = new Dictionary<string, string?> { ["GIT_DIR"] = "/nowhere/.git", ["GIT_INDEX_FILE"] = "/nowhere/index" };
        var result = Tool.RunWith(_scratch, environment, "batch", ".", "--out", "out", "--verify", "git rev-parse HEAD");
        Assert.Equal((0, 3), (result.ExitCode, Patches().Count));
    }

    [Fact]
    public void WhatBreaksTheCommandIsFoundAndDropped()
    {
        var result = Batch("--max-files", "1", "--verify", "grep -q goto b/C.cs");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.ErrorLines, l => l.StartsWith("early-return-b-", StringComparison.Ordinal) && l.Contains("dropped: with it, 'grep -q goto b/C.cs' fails (exit code 1)", StringComparison.Ordinal));
        Assert.Equal(3, Patches().Count);
        Assert.DoesNotContain(Patches(), p => File.ReadAllText(p).Contains("b/C.cs", StringComparison.Ordinal));
        using var manifest = Manifest();
        Assert.Equal("dropped", manifest.RootElement.GetProperty("patches").EnumerateArray().Last().GetProperty("state").GetString());
        Assert.Equal("", _scratch.Git("status", "--porcelain", "--", "a", "b"));
        Assert.Single(_scratch.Git("worktree", "list").Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("false", "fails (exit code 1) without any patch, too")]
    [InlineData("no-such-command-here", "is not there, or runs something that is not (exit code 127) without any patch, too")]
    [InlineData("sleep 60", "does not end within 1 seconds (--verify-timeout) without any patch, too")]
    public void ACommandThatCannotPassIsSaid(string command, string message)
    {
        var result = Batch("--verify", command, "--verify-timeout", "1");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"--verify: '{command}' {message}", result.Summary, StringComparison.Ordinal);
        Assert.EndsWith("--verbose shows what it prints", result.Summary, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scratch["out"]));
    }

    [Fact]
    public void WhatTheCommandLeavesRunningEndsWithIt()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var result = Batch("--verify", "setsid sleep 78.9 & true");
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("sleep 78.9", Processes.Run("ps", ["-eo", "args"], _scratch.Root).Output.Split('\n'));
    }

    [Fact]
    public void ADetachedHeadIsABaseToo()
    {
        _scratch.Git("checkout", "-q", "--detach");
        var head = _scratch.Git("rev-parse", "HEAD");
        Assert.Equal(0, Batch("--branches").ExitCode);
        Assert.Equal((head, ""), (_scratch.Git("rev-parse", "HEAD"), _scratch.Git("branch", "--show-current")));
        Assert.Equal("?? out/\n", _scratch.Git("status", "--porcelain"));
    }

    [Fact]
    public void BranchesLeaveEverythingElseAlone()
    {
        _scratch.Write("a/new.txt", "new");
        _scratch.Git("add", "a/new.txt");
        _scratch.Write("a/other.txt", "other");
        var status = _scratch.Git("status", "--porcelain");
        var result = Batch("--branches");
        Assert.Equal(0, result.ExitCode);
        var branches = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, branches.Length);
        Assert.Equal(status + "?? out/\n", _scratch.Git("status", "--porcelain"));
        Assert.Equal("main\n", _scratch.Git("branch", "--show-current"));
        Assert.Equal("a/A.cs\na/B.cs\n", _scratch.Git("diff", "--name-only", "main", branches[1]));
        Assert.Equal("1\n", _scratch.Git("rev-list", "--count", $"main..{branches[1]}"));

        // The same again is the same, to the commit.
        var commits = _scratch.Git("for-each-ref", "--format=%(objectname) %(refname)");
        Assert.Equal(0, Batch("--branches").ExitCode);
        Assert.Equal(commits, _scratch.Git("for-each-ref", "--format=%(objectname) %(refname)"));
    }

    [Fact]
    public void MergedBranchesGoAndTheOthersAreMadeAnew()
    {
        var branches = Batch("--branches").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _scratch.Git("merge", "-q", "--squash", branches[0]);
        _scratch.Git("commit", "-q", "-m", "b: merged by hand");
        _scratch.Write("a/A.cs", "// a line more\n" + _scratch.Text("a/A.cs"));
        _scratch.Git("commit", "-qam", "a: moved on");
        var result = Batch("--branches");
        Assert.Contains($"{branches[0]}: the base has it by now", result.ErrorLines);
        Assert.Equal(branches[1..], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", _scratch.Git("branch", "--list", branches[0]));
        Assert.Equal("1\n", _scratch.Git("rev-list", "--count", $"main..{branches[1]}"));
        using var manifest = Manifest();
        Assert.Equal(["merged", "open", "open"], manifest.RootElement.GetProperty("patches").EnumerateArray().Select(p => p.GetProperty("state").GetString()));
    }

    [Fact]
    public void BranchesOfOthersAreLeftAlone()
    {
        var branches = Batch("--branches").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _scratch.Git("branch", "-f", branches[0], "main");
        _scratch.Git("checkout", "-q", branches[1]);
        _scratch.Git("checkout", "-q", "--detach", "main");
        var result = Batch("--branches");
        Assert.Contains($"{branches[0]}: its last commit is not of this program; left as it is", result.ErrorLines);
        Assert.Equal(_scratch.Git("rev-parse", "main"), _scratch.Git("rev-parse", branches[0]));
    }

    [Theory]
    [InlineData("owner", 3, "@anna")]
    [InlineData("project", 2, ".")]
    public void PatchesAreGroupedAsAsked(string by, int count, string group)
    {
        Batch("--by", by);
        Assert.Equal(count, Patches().Count);
        using var manifest = Manifest();
        Assert.Contains(group, manifest.RootElement.GetProperty("patches").EnumerateArray().Select(p => p.GetProperty("group").GetString()));
    }

    [Fact]
    public void UncommittedChangesAreInTheWay()
    {
        _scratch.Write("a/A.cs", _scratch.Text("a/A.cs") + "// mine\n");
        var result = Batch();
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("uncommitted changes in a/A.cs", result.Summary, StringComparison.Ordinal);
        Assert.Equal(0, Batch("--force").ExitCode);
    }

    [Fact]
    public void FilesThatAreNotCommittedAreLeftOut()
    {
        _scratch.Write("a/New.cs", Code.Convertible.Named("New"));
        var result = Batch();
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("a/New.cs: not in the last commit, so no patch can be based on it; left out", result.ErrorLines);
        Assert.DoesNotContain(Patches(), p => File.ReadAllText(p).Contains("New.cs", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--max-lines 0: must be 1 or more", "--max-lines", "0")]
    [InlineData("--open limits what --push opens", "--open", "1")]
    [InlineData("must be one of directory, project, owner", "--by", "nobody")]
    [InlineData("the remote does not answer", "--push", "nowhere")]
    public void WrongOptionsAreSaidInOneLine(string message, params string[] options)
    {
        var result = Batch(options);
        Assert.Contains(result.ExitCode, new[] { 2, 3 });
        Assert.Contains(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void ANewHeaderComesFirstAndEachPatchCompiles()
    {
        using var c = new Scratch();
        c.Write("include/widget.h", Code.WidgetHeader);
        c.Write("src/widget.c", Code.Widget);
        foreach (var name in new[] { "a/one", "b/two" })
            c.Write($"{name}.c", Code.WidgetUser("show_" + name[2..]));

        c.Committed();
        Assert.Equal(0, Tool.Run(c, "batch", ".", "--out", "out", "--style", "attribute").ExitCode);
        List<string> patches = [.. Directory.GetFiles(c["out"], "*.patch").Order(StringComparer.Ordinal)];
        Assert.Contains("Subject: [PATCH 1/7] add cleanup.h for c/scoped-cleanup in include\n", File.ReadAllText(patches[0]), StringComparison.Ordinal);
        Assert.Contains("Subject: [PATCH 2/7] prepare for c/scoped-cleanup in a\n", File.ReadAllText(patches[1]), StringComparison.Ordinal);
        Assert.Contains("converts 2 functions", File.ReadAllText(c["out/0000-cover-letter.txt"]), StringComparison.Ordinal);
        foreach (var patch in patches)
        {
            c.Git("am", "-q", patch);
            if (File.Exists("/usr/bin/gcc"))
            {
                var compiled = Processes.Run("gcc", ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-Iinclude", "a/one.c", "b/two.c"], c.Root);
                Assert.Equal((0, ""), (compiled.ExitCode, compiled.Error));
            }
        }

        Assert.Equal("", Tool.Run(c, "diff", ".", "--style", "attribute").Output);

        // What a patch needs is no more than the header, its own files' lines and its own earlier steps.
        using var manifest = JsonDocument.Parse(c.Bytes("out/manifest.json"));
        var needs = manifest.RootElement.GetProperty("patches").EnumerateArray().Select(p => p.GetProperty("needs").GetArrayLength());
        Assert.Equal([0, 1, 1, 2, 2, 3, 3], needs);
    }

    [Fact]
    public void WhatWasDroppedStaysOutUntilItIsVerifiedAgain()
    {
        Batch("--max-files", "1", "--verify", "grep -q goto b/C.cs");
        var again = Batch("--max-files", "1");
        Assert.Equal(3, Patches().Count);
        Assert.Contains(again.ErrorLines, l => l.Contains(": dropped by an earlier run: with it, 'grep -q goto b/C.cs' fails (exit code 1); --verify tries it again", StringComparison.Ordinal));
        var verified = Batch("--max-files", "1", "--verify", "true");
        Assert.Contains("--verify: 'true' passes with all 4 patches", verified.ErrorLines);
        Assert.Equal(4, Patches().Count);
    }

    [Fact]
    public void ARepositoryWithoutCommitsCannotBeABase()
    {
        using var empty = new Scratch();
        empty.Write("A.cs", Code.Convertible);
        empty.Git("init", "-q");
        var result = Tool.Run(empty, "batch", ".", "--out", "out");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("has no commit yet", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void OutsideOfGitPatchesAreMadeToo()
    {
        using var plain = new Scratch();
        plain.Write("A.cs", Code.Convertible);
        Assert.Equal(0, Tool.Run(plain, "batch", ".", "--out", "out", "--verify", "test -f A.cs").ExitCode);
        Assert.Single(Directory.GetFiles(plain["out"], "*.patch"));
        Assert.Equal(2, Tool.Run(plain, "batch", ".", "--out", "out", "--branches").ExitCode);
    }

    [Fact]
    public void AnInterruptedRunLeavesNothingBehind()
    {
        if (OperatingSystem.IsWindows())
            return;

        var ready = Path.Combine(Path.GetTempPath(), $"batch-{Environment.ProcessId}.ready");
        File.Delete(ready);
        var start = Processes.Start("dotnet", ["exec", Tool.File, "batch", ".", "--out", "out", "--verify", $"echo x > '{ready}'; sleep 77.7"], _scratch.Root);
        using var process = System.Diagnostics.Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        while (!File.Exists(ready) && !process.HasExited)
            Thread.Sleep(20);

        Processes.Run("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)], _scratch.Root);
        process.WaitForExit();
        File.Delete(ready);
        Assert.Equal(130, process.ExitCode);
        Assert.Single(_scratch.Git("worktree", "list").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", _scratch.Git("status", "--porcelain"));
        Assert.DoesNotContain("sleep 77.7", Processes.Run("ps", ["-eo", "args"], _scratch.Root).Output.Split('\n'));
    }

    public void Dispose() => _scratch.Dispose();

    private ProcessResult Batch(params string[] options) => Tool.Run(_scratch, ["batch", ".", "--out", "out", .. options]);

    private List<string> Patches() => [.. Directory.GetFiles(_scratch["out"], "*.patch").Order(StringComparer.Ordinal)];

    private JsonDocument Manifest() => JsonDocument.Parse(_scratch.Bytes("out/manifest.json"));
}
