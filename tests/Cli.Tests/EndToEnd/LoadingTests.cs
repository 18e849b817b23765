namespace MigrateCleanup.Cli.Tests.EndToEnd;

/// <summary>What PATH may be, and everything that may be wrong with it.</summary>
public sealed class LoadingTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Theory]
    [InlineData("none")]
    [InlineData("none.sln")]
    [InlineData("notes.txt")]
    [InlineData("project.fsproj")]
    public void WhatCannotBeLoadedIsOneLine(string path)
    {
        _scratch.Write("notes.txt", "");
        _scratch.Write("project.fsproj", Code.Project);
        var result = Tool.Run(_scratch, "diff", path);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(path, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void ADirectoryWithoutSourcesIsNothingToDo()
    {
        _scratch.Write("notes.txt", "");
        var result = Tool.Run(_scratch, "diff", ".");
        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.Equal("functions: 0 analysed, 0 converted, 0 refused, 0 unparsed; findings: 0", result.Summary);
    }

    /// <summary>Without either symbol, or with both, the class has no head, or two.</summary>
    [Fact]
    public void AFileOfNoProjectIsReadWithASymbolThatItNeeds()
    {
        const string head = "internal static class Sample\n";
        _scratch.Write("a.cs", Code.Convertible.Replace(
            head, $"#if PHONE\n{head}#elif DESK\n{head.Replace("internal", "public", StringComparison.Ordinal)}#endif\n", StringComparison.Ordinal));
        var result = Tool.Run(_scratch, "diff", "a.cs", "--verbose");
        Assert.Equal("functions: 1 analysed, 1 converted, 0 refused, 0 unparsed; findings: 0", result.Summary);
    }

    [Fact]
    public void AProjectThatWasNeverBuiltStaysAsItWas()
    {
        _scratch.Write("App/App.csproj", Code.Project);
        _scratch.Write("App/a.cs", Code.Convertible);
        Assert.Single(Files(Tool.Run(_scratch, "diff", "App/App.csproj")));
        Assert.False(Directory.Exists(_scratch["App/obj"]));
    }

    [Fact]
    public void ADirectoryIsItsSolutionsAndTheFilesOfNoProject()
    {
        _scratch.Write("all.slnx", "<Solution><Project Path=\"App/App.csproj\" /><Project Path=\"Lib/Lib.csproj\" /></Solution>");
        _scratch.Write("App/App.csproj", Code.Project.Replace("</Project>", "<ItemGroup><ProjectReference Include=\"../Lib/Lib.csproj\" /></ItemGroup></Project>", StringComparison.Ordinal));
        _scratch.Write("Lib/Lib.csproj", Code.Project.Replace("net10.0</TargetFramework>", "net10.0</TargetFramework><DefineConstants>INSIDE</DefineConstants>", StringComparison.Ordinal));
        _scratch.Write("App/a.cs", Code.Convertible.Named("A"));
        _scratch.Write("Lib/b.cs", "#if INSIDE\n" + Code.Convertible.Named("B") + "#endif\n");
        _scratch.Write("loose/c.cs", Code.Convertible.Named("C"));
        _scratch.Git("init", "-q");

        var all = Tool.Run(_scratch, "diff", ".", "--verbose");
        Assert.Equal(["App/a.cs", "Lib/b.cs", "loose/c.cs"], Files(all));
        Assert.Equal(0, all.ExitCode);
        Assert.Equal(["App/a.cs", "Lib/b.cs"], Files(Tool.Run(_scratch, "diff", "all.slnx")));
        Assert.Single(Files(Tool.Run(_scratch, "diff", "App/App.csproj")));
        Assert.Equal(["Lib/b.cs"], Files(Tool.Run(_scratch, "diff", "Lib/b.cs")));
        Assert.Equal(["App/a.cs", "loose/c.cs"], Files(Tool.Run(_scratch, "diff", ".", "--no-msbuild")));
    }

    [Fact]
    public void AFileOfSeveralProjectsIsSpelledForTheOldestLanguage()
    {
        const string Shared = "<ItemGroup><Compile Include=\"../Shared/*.cs\" /></ItemGroup></Project>";
        _scratch.Write("App/App.csproj", Code.Project.Replace("</Project>", Shared, StringComparison.Ordinal));
        _scratch.Write("Old/Old.csproj", Code.Project.Replace("</TargetFramework>", "</TargetFramework><LangVersion>7.3</LangVersion><Nullable>disable</Nullable><ImplicitUsings>disable</ImplicitUsings>", StringComparison.Ordinal)
            .Replace("</Project>", Shared, StringComparison.Ordinal));
        _scratch.Write("Shared/a.cs", """
            using System.IO;

            internal static class Shared
            {
                internal static string Read(string path)
                {
                    StreamReader reader = new StreamReader(path);
                    string line = reader.ReadLine();
                    reader.Close();
                    return line;
                }
            }

            """);
        var result = Tool.Run(_scratch, "diff", ".", "--verbose");
        Assert.Contains("+        using (StreamReader reader = new StreamReader(path))\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenPartsOfASolutionAreNamedAndTheRestGoesOn()
    {
        _scratch.Write("all.slnx", """
            <Solution>
              <Project Path="Good/Good.csproj" />
              <Project Path="Missing/Missing.csproj" />
              <Project Path="Broken/Broken.csproj" />
              <Project Path="Fs/Fs.fsproj" />
            </Solution>
            """);
        _scratch.Write("Good/Good.csproj", Code.Project);
        _scratch.Write("Good/a.cs", Code.Convertible);
        _scratch.Write("Broken/Broken.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>");
        _scratch.Write("Fs/Fs.fsproj", Code.Project);
        var result = Tool.Run(_scratch, "diff", "all.slnx");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["Good/a.cs"], Files(result));
        foreach (var name in new[] { "Missing/Missing.csproj", "Broken/Broken.csproj", "Fs/Fs.fsproj" })
            Assert.Single(result.ErrorLines, l => l.StartsWith(name + ": ", StringComparison.Ordinal));

        Assert.DoesNotContain(result.ErrorLines, l => l.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public void CircularProjectsLoad()
    {
        foreach (var (name, other) in new[] { ("A", "B"), ("B", "A") })
        {
            _scratch.Write($"{name}/{name}.csproj", Code.Project.Replace("</Project>", $"<ItemGroup><ProjectReference Include=\"../{other}/{other}.csproj\" /></ItemGroup></Project>", StringComparison.Ordinal));
            _scratch.Write($"{name}/{name}.cs", Code.Convertible.Named(name));
        }

        var result = Tool.Run(_scratch, "diff", ".");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["A/A.cs", "B/B.cs"], Files(result));
    }

    [Fact]
    public void ABrokenProjectAloneIsNothingLoaded()
    {
        _scratch.Write("x.csproj", "<Project");
        _scratch.Write("a.cs", Code.Convertible);
        var result = Tool.Run(_scratch, "diff", "x.csproj");
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("x.csproj: cannot be loaded: ", result.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(2, result.ErrorLines.Count);
    }

    [Fact]
    public void ABrokenSolutionIsSaid()
    {
        _scratch.Write("x.slnx", "<Solution><Project");
        var result = Tool.Run(_scratch, "diff", "x.slnx");
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("x.slnx: ", result.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnmetSdkIsSaid()
    {
        _scratch.Write("global.json", "{ \"sdk\": { \"version\": \"99.0.100\", \"rollForward\": \"disable\" } }");
        _scratch.Write("p/x.csproj", Code.Project);
        _scratch.Write("p/a.cs", Code.Convertible);
        var result = Tool.Run(_scratch, "diff", "p/x.csproj");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("global.json", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Equal("", result.Output);
        Assert.Equal(["a.cs"], Files(Tool.Run(_scratch, "diff", "p/x.csproj", "--no-msbuild")));
        Assert.StartsWith("diff --git ", Tool.Run(_scratch, "diff", "p").Output, StringComparison.Ordinal);
        Assert.Equal("", Tool.Run(_scratch, "check", "p").Output);
    }

    [Fact]
    public void AProjectThatIsReferredToButMissingIsNamed()
    {
        _scratch.Write("p/x.csproj", Code.Project.Replace("</Project>", "<ItemGroup><ProjectReference Include=\"../gone/gone.csproj\" /></ItemGroup></Project>", StringComparison.Ordinal));
        _scratch.Write("p/a.cs", Code.Convertible);
        var result = Tool.Run(_scratch, "diff", "p");
        Assert.Equal(["a.cs"], Files(result));
        Assert.Equal("gone/gone.csproj: referred to by p/x.csproj, but it does not exist; skipped", Assert.Single(result.ErrorLines, l => l.Contains("gone", StringComparison.Ordinal)));
    }

    [Fact]
    public void WhatMayNotBeReadIsNamedAndTheRestGoesOn()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
            return;

        _scratch.Write("a.cs", Code.Convertible);
        _scratch.Write("a.c", Code.ConvertibleC);
        _scratch.Write("closed.cs", Code.Convertible.Named("B"));
        _scratch.Write("closed/b.c", Code.ConvertibleC);
        _scratch.Write("unlisted/a.cs", Code.Convertible);
        _scratch.Write("unlisted/a.c", Code.ConvertibleC);
        File.SetUnixFileMode(_scratch["closed.cs"], UnixFileMode.None);
        File.SetUnixFileMode(_scratch["closed"], UnixFileMode.None);
        File.SetUnixFileMode(_scratch["unlisted"], UnixFileMode.UserExecute);
        var result = Tool.Run(_scratch, "diff", ".");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["a.c", "a.cs"], Files(result));
        foreach (var name in new[] { "closed.cs", "closed", "unlisted" })
            Assert.Contains($"{name}: cannot be read: permission denied; skipped", result.ErrorLines);

        Assert.Equal(["a.cs"], Files(Tool.Run(_scratch, "diff", "unlisted/a.cs")));
        Assert.Equal(["a.c"], Files(Tool.Run(_scratch, "diff", "unlisted/a.c")));
    }

    [Fact]
    public void APipeIsNotWaitedFor()
    {
        if (OperatingSystem.IsWindows())
            return;

        _scratch.Write("a.cs", Code.Convertible);
        _scratch.Write("a.c", Code.ConvertibleC);
        Assert.Equal(0, Processes.Run("mkfifo", ["pipe.c", "pipe.cs"], _scratch.Root).ExitCode);
        Assert.Equal(["a.c", "a.cs"], Files(Tool.Run(_scratch, "diff", ".")));
        Assert.Equal(0, Tool.Run(_scratch, "diff", "pipe.c").ExitCode);
    }

    [Fact]
    public void SyntaxErrorsCostOnlyTheirFunction()
    {
        _scratch.Write("a.cs", Code.Convertible.Replace(
            "internal static int First", "internal static int Broken(string path) { int x = ( ; if (x goto out; out: return; }\n\n    internal static int First", StringComparison.Ordinal));
        var result = Tool.Run(_scratch, "diff", ".");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches("functions: [0-9]+ analysed, [0-9]+ converted, 0 refused, [1-9][0-9]* unparsed; ", result.Summary);
        Assert.Contains(result.ErrorLines, l => l.StartsWith("a.cs:", StringComparison.Ordinal) && l.Contains(": unparsed: ", StringComparison.Ordinal));
    }

    [Fact]
    public void OddBytesAreNoObstacle()
    {
        _scratch.Write("nul.cs", [.. "class N { void F() { int x = "u8, 0, .. "1; } }\n"u8]);
        _scratch.Write("invalid.cs", [.. "// "u8, 0xC3, 0x28, 0xFF, .. "\n"u8, .. System.Text.Encoding.UTF8.GetBytes(Code.Convertible)]);
        _scratch.Write("empty.cs", []);
        var result = Tool.Run(_scratch, "diff", ".");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["invalid.cs"], Files(result));
    }

    [Fact]
    public void LinksAreNotFollowed()
    {
        if (OperatingSystem.IsWindows())
            return;

        _scratch.Write("src/a.cs", Code.Convertible);
        Directory.CreateSymbolicLink(_scratch["src/loop"], _scratch["src"]);
        Directory.CreateSymbolicLink(_scratch["src/up"], _scratch.Root);
        File.CreateSymbolicLink(_scratch["src/b.cs"], _scratch["src/a.cs"]);
        File.CreateSymbolicLink(_scratch["src/dangling.cs"], _scratch["none.cs"]);
        var result = Tool.Run(_scratch, "diff", "src");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["a.cs"], Files(result));

        _scratch.Write("src/x.csproj", Code.Project.Replace("<TargetFramework>", "<EnableDefaultCompileItems>false</EnableDefaultCompileItems><TargetFramework>", StringComparison.Ordinal)
            .Replace("</Project>", "<ItemGroup><Compile Include=\"a.cs;b.cs\" /></ItemGroup></Project>", StringComparison.Ordinal));
        Assert.Equal(["a.cs"], Files(Tool.Run(_scratch, "diff", "src/x.csproj")));
    }

    [Fact]
    public void FilesOutsideTheRepositoryAreLeftAlone()
    {
        _scratch.Write("outside.cs", Code.Convertible.Named("Outside"));
        _scratch.Write("repo/x.csproj", Code.Project.Replace("</Project>", "<ItemGroup><Compile Include=\"../outside.cs\" /></ItemGroup></Project>", StringComparison.Ordinal));
        _scratch.Write("repo/a.cs", Code.Convertible.Named("Inside"));
        Assert.Equal(["a.cs"], Files(Tool.Run(_scratch, "diff", "repo")));
    }

    [Fact]
    public void OddNamesAreFine()
    {
        _scratch.Write("dir with ü/na me é.cs", Code.Convertible);
        _scratch.Committed();
        var result = Tool.Run(_scratch, "diff", "dir with ü");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(0, Processes.Run("git", ["apply", "--check", "-"], _scratch.Root, result.Bytes).ExitCode);
        Assert.Equal(0, Tool.Run(_scratch, "apply", "dir with ü").ExitCode);
    }

    [Fact]
    public void AFileInTwoFrameworksIsShownOnce()
    {
        _scratch.Write("x.csproj", Code.Project.Replace("<TargetFramework>net10.0</TargetFramework>", "<TargetFrameworks>net10.0;net9.0</TargetFrameworks>", StringComparison.Ordinal));
        _scratch.Write("a.cs", Code.Convertible);
        var result = Tool.Run(_scratch, "diff", "x.csproj");
        Assert.Equal(["a.cs"], Files(result));
        Assert.StartsWith("functions: 1 analysed, 1 converted", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void ADeepNestIsReadOrSaid()
    {
        var deep = string.Concat(Enumerable.Repeat("if (path.Length > 1) {", 2000)) + new string('}', 2000);
        _scratch.Write("deep.cs", Code.Convertible.Replace("result = path[0];", deep + " result = path[0];", StringComparison.Ordinal));
        _scratch.Write("a.cs", Code.Convertible.Named("A"));
        var result = Tool.Run(_scratch, "diff", ".");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("a.cs", Files(result));
    }

    public void Dispose() => _scratch.Dispose();

    private static IEnumerable<string> Files(ProcessResult result) =>
        from line in result.Output.Split('\n')
        where line.StartsWith("+++ b/", StringComparison.Ordinal)
        select line["+++ b/".Length..].TrimEnd('\t');
}
