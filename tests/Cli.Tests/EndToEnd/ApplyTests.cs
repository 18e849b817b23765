using System.Diagnostics;

namespace MigrateCleanup.Cli.Tests.EndToEnd;

public sealed class ApplyTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Fact]
    public void FilesAreChangedInPlaceAndKeepTheirMode()
    {
        var path = _scratch.Write("a.cs", Code.Convertible);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_000);

        var diff = Tool.Run(_scratch, "diff", ".");
        Assert.Equal(0, Tool.Run(_scratch, "apply", ".").ExitCode);
        var applied = _scratch.Text("a.cs");
        if (!OperatingSystem.IsWindows())
            Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(path));

        _scratch.Write("a.cs", Code.Convertible);
        Processes.Run("git", ["apply", "-"], _scratch.Root, diff.Bytes);
        Assert.Equal(applied, _scratch.Text("a.cs"));
        AssertNothingLeftOver();
    }

    [Fact]
    public void UncommittedChangesAreNotTouched()
    {
        _scratch.Write("a.cs", Code.Convertible.Named("A"));
        _scratch.Write("b.cs", Code.Clean);
        _scratch.Committed();
        _scratch.Write("b.cs", Code.Clean + "// changed, but not by us\n");
        Assert.Equal(0, Tool.Run(_scratch, "apply", ".").ExitCode);

        _scratch.Git("checkout", "-q", "a.cs");
        _scratch.Write("a.cs", Code.Convertible.Named("A") + "// changed\n");
        var result = Tool.Run(_scratch, "apply", ".");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(result.ErrorLines, l => l.Contains("uncommitted changes in a.cs", StringComparison.Ordinal));
        Assert.EndsWith("// changed\n", _scratch.Text("a.cs"), StringComparison.Ordinal);
        Assert.Contains("goto", _scratch.Text("a.cs"), StringComparison.Ordinal);

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--force").ExitCode);
        Assert.DoesNotContain("goto", _scratch.Text("a.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void UntrackedFilesAreChanged()
    {
        _scratch.Write("b.cs", Code.Clean);
        _scratch.Committed();
        _scratch.Write("a.cs", Code.Convertible);
        Assert.Equal(0, Tool.Run(_scratch, "apply", ".").ExitCode);
        Assert.DoesNotContain("goto", _scratch.Text("a.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheHeaderOfAStyleIsMadeWhereItIsUsed()
    {
        _scratch.Write("include/widget.h", Code.WidgetHeader);
        _scratch.Write("src/widget.c", Code.Widget);
        _scratch.Write("src/other.c", "#include \"widget.h\"\n\nint other(widget *w)\n{\n    return widget_show(w);\n}\n");
        _scratch.Write("src/show.c", Code.WidgetUser("show"));
        _scratch.Committed();

        var diff = Tool.Run(_scratch, "diff", ".", "--style", "attribute");
        Assert.Contains("--- /dev/null\n+++ b/include/cleanup.h\n", diff.Output, StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);
        var applied = _scratch.Text("src/show.c");
        Assert.Contains("#include \"cleanup.h\"", applied, StringComparison.Ordinal);
        Assert.Contains("\nDEFINE_CLEANUP(widget_free);\n", applied, StringComparison.Ordinal);
        Assert.Contains("__attribute__((cleanup(cleanup_free))) char *name", applied, StringComparison.Ordinal);
        Assert.DoesNotContain("goto", applied, StringComparison.Ordinal);
        if (File.Exists("/usr/bin/gcc"))
        {
            var compiled = Processes.Run("gcc", ["-std=gnu11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-Iinclude", "src/show.c"], _scratch.Root);
            Assert.Equal((0, ""), (compiled.ExitCode, compiled.Error));
        }

        Assert.Equal("", Tool.Run(_scratch, "diff", ".", "--style", "attribute").Output);
        _scratch.Git("stash", "-u", "-q");
        Processes.Run("git", ["apply", "-"], _scratch.Root, diff.Bytes);
        Assert.Equal(applied, _scratch.Text("src/show.c"));
        AssertNothingLeftOver();
    }

    /// <summary>What one file was given declares its clean-ups for itself; the next run gives the next file its own.</summary>
    [Fact]
    public void FileByFileComesToTheSameAsAllAtOnce()
    {
        _scratch.Write("include/widget.h", Code.WidgetHeader);
        _scratch.Write("src/widget.c", Code.Widget);
        _scratch.Write("src/a/show.c", Code.WidgetUser("show"));
        _scratch.Write("src/b/hide.c", Code.WidgetUser("hide"));
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);
        var (first, second) = (_scratch.Text("src/a/show.c"), _scratch.Text("src/b/hide.c"));
        _scratch.Git("stash", "-u", "-q");
        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute", "--include", "src/a/*").ExitCode);
        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute", "--force").ExitCode);
        Assert.Equal(first, _scratch.Text("src/a/show.c"));
        Assert.Equal(second, _scratch.Text("src/b/hide.c"));
        Assert.Contains("DEFINE_CLEANUP(widget_free);", second, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadOnlyFilesAreNamedAndTheOthersAreDone()
    {
        var path = _scratch.Write("a.cs", Code.Convertible.Named("A"));
        _scratch.Write("b.cs", Code.Convertible.Named("B"));
        File.SetAttributes(path, FileAttributes.ReadOnly);
        var result = Tool.Run(_scratch, "apply", ".");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("a.cs: cannot be written: it is read-only", result.ErrorLines);
        Assert.Contains("goto", _scratch.Text("a.cs"), StringComparison.Ordinal);
        Assert.DoesNotContain("goto", _scratch.Text("b.cs"), StringComparison.Ordinal);
        AssertNothingLeftOver();
    }

    [Fact]
    public void VerifyTakesBackWhatBreaksTheCommand()
    {
        foreach (var name in new[] { "A", "B", "C", "D", "E" })
            _scratch.Write($"{name}.cs", Code.Convertible.Named(name));

        var result = Tool.Run(_scratch, "apply", ".", "--verify", "grep -q goto C.cs");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.ErrorLines, l => l.StartsWith("C.cs: taken back", StringComparison.Ordinal));
        Assert.Contains("goto", _scratch.Text("C.cs"), StringComparison.Ordinal);
        foreach (var name in new[] { "A", "B", "D", "E" })
            Assert.DoesNotContain("goto", _scratch.Text($"{name}.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void VerifyWithACommandThatAlwaysFailsChangesNothing()
    {
        _scratch.Write("a.cs", Code.Convertible);
        var result = Tool.Run(_scratch, "apply", ".", "--verify", "false");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(Code.Convertible, _scratch.Text("a.cs"));
    }

    [Fact]
    public void ACommandThatHangsIsEndedAndNothingIsChanged()
    {
        _scratch.Write("a.cs", Code.Convertible);
        var result = Tool.Run(_scratch, "apply", ".", "--verify", "sleep 60", "--verify-timeout", "1");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("does not end within 1 seconds", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(Code.Convertible, _scratch.Text("a.cs"));
    }

    [Fact]
    public void AnInterruptedRunLeavesEveryFileWhole()
    {
        if (OperatingSystem.IsWindows())
            return;

        for (var i = 0; i < 300; i++)
            _scratch.Write($"{i % 10}/{i}.cs", Code.Convertible.Named($"C{i}"));

        // The command tells that writing is over for the first time, and lasts until the interruption; files are taken back after it.
        var start = Processes.Start(
            "dotnet", ["exec", Tool.File, "apply", ".", "--rules", "early-return", "--verify", "echo x >> ../interrupted.ready; sleep 5; false"], _scratch.Root);
        var ready = Path.Combine(Path.GetDirectoryName(_scratch.Root)!, "interrupted.ready");
        File.Delete(ready);
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        while (!File.Exists(ready) && !process.HasExited)
            Thread.Sleep(5);

        Processes.Run("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)], _scratch.Root);
        process.WaitForExit();
        File.Delete(ready);
        Assert.Equal(130, process.ExitCode);
        AssertNothingLeftOver();

        // What the command had not yet been content with is taken back.
        foreach (var file in Directory.GetFiles(_scratch.Root, "*.cs", SearchOption.AllDirectories))
            Assert.Contains("goto done;", File.ReadAllText(file), StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private void AssertNothingLeftOver() =>
        Assert.Empty(Directory.GetFiles(_scratch.Root, "*.tmp", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }));
}
