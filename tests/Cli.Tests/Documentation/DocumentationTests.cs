using System.Text.RegularExpressions;
using MigrateCleanup.Cli.Options;

namespace MigrateCleanup.Cli.Tests.Documentation;

/// <summary>What is written about the program is held against it.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    [Fact]
    public void GeneratedPagesAreAsTheProgramIs()
    {
        var pages = GeneratedPages.All().ToList();
        Assert.True(pages.Count > 10);
        foreach (var (name, text) in pages)
        {
            var path = Path.Combine(Docs, name);
            if (Environment.GetEnvironmentVariable("UPDATE_FIXTURES") is "1")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, text);
            }

            Assert.True(File.Exists(path), $"docs/{name} is missing: UPDATE_FIXTURES=1 writes it");
            Assert.Equal(text, File.ReadAllText(path));
        }

        var rules = Directory.GetFiles(Path.Combine(Docs, "rules")).Select(f => "rules/" + Path.GetFileName(f)).Order(StringComparer.Ordinal);
        Assert.Equal(pages.Select(p => p.Name).Where(n => n.StartsWith("rules/", StringComparison.Ordinal)).Order(StringComparer.Ordinal), rules);
    }

    [Fact]
    public void EveryCommandThatIsWrittenDownIsUnderstood()
    {
        var commands = Commands().ToList();
        Assert.True(commands.Count > 25, $"{commands.Count} commands");
        foreach (var (file, command) in commands)
        {
            try
            {
                CommandLineReader.Read([.. Words(command)]);
            }
            catch (Stop stop)
            {
                Assert.Fail($"{file}: '{command}': {stop.Message}");
            }
        }
    }

    /// <summary>README's way from the first look to patches, as a new user types it, on code of nobody here.</summary>
    [Fact]
    public void TheFirstCommandsOfReadmeWork()
    {
        using var scratch = new Scratch();
        using var remote = new Scratch();
        remote.Git("init", "-q", "--bare");
        scratch.Write("src/A.cs", Code.Convertible);
        scratch.Write("src/Leaky.cs", Code.Leaky);
        scratch.Git("init", "-q", "-b", "main");
        scratch.Git("config", "user.name", "T");
        scratch.Git("config", "user.email", "t@example.org");
        scratch.Git("add", "-A");
        scratch.Git("commit", "-q", "-m", "Start");
        scratch.Git("remote", "add", "origin", remote["."]);
        scratch.Git("push", "-q", "origin", "main");

        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var block = Regex.Match(readme, "first look to merged patches.*?```sh\n(?<lines>.*?)```", RegexOptions.Singleline).Groups["lines"].Value;
        var commands = CommandLine().Matches(block).Select(m => m.Groups["rest"].Value).ToList();
        Assert.InRange(commands.Count, 5, 9);
        foreach (var command in commands)
        {
            var result = Tool.Run(scratch, [.. Words(command.Replace("\"dotnet test\"", "true", StringComparison.Ordinal))]);
            Assert.True(result.ExitCode == (command.StartsWith("check", StringComparison.Ordinal) ? 1 : 0), $"{command}: {result.ExitCode}: {result.Error}");
        }

        Assert.Contains("migrate-cleanup/", scratch.Git("ls-remote", "--heads", "origin"), StringComparison.Ordinal);
    }

    /// <summary>Every block of the guides in its order, by a shell, on a small codebase; what builds and tests it is a stand-in.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/migrating-c.md")]
    [InlineData("docs/migrating-csharp.md")]
    public void GuidesCanBeFollowed(string page)
    {
        using var scratch = new Scratch();
        using var remote = new Scratch();
        using var programs = new Scratch();
        var commands = ShellBlock().Matches(File.ReadAllText(Path.Combine(Repository.Root, page)))
            .SelectMany(m => m.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Append("git checkout -q ."))
            .Where(c => !c.StartsWith("dotnet ", StringComparison.Ordinal))
            // The last command of README's first block is the other way.
            .Where(c => page != "README.md" || !c.Contains("--push", StringComparison.Ordinal))
            .ToList();
        Assert.True(commands.Count > 8, $"{commands.Count} commands");
        Program("migrate-cleanup", $"exec dotnet exec '{Tool.File}' \"$@\"");
        Program("meson", "mkdir -p build");
        Program("ninja", "test -d build");
        Program("dotnet", $"[ \"$1\" = test ] || exec '{Real("dotnet")}' \"$@\"");

        remote.Git("init", "-q", "--bare");
        scratch.Write("src/util/widget.c", Code.ConvertibleC);
        scratch.Write("App/App.csproj", Code.Project);
        scratch.Write("App/A.cs", Code.Disposing);
        scratch.Write("App/Leaky.cs", Code.Leaky);
        scratch.Write("App.sln", Code.Solution);
        scratch.Write(".gitignore", "bin/\nobj/\nbuild/\n");
        scratch.Committed();
        scratch.Git("config", "user.name", "T");
        scratch.Git("config", "user.email", "t@example.org");
        scratch.Git("tag", "v1.0");
        scratch.Git("remote", "add", "origin", remote["."]);
        foreach (var command in commands)
        {
            var environment = new Dictionary<string, string?> { ["PATH"] = programs.Root + ":" + Environment.GetEnvironmentVariable("PATH") };
            var result = Processes.Run("bash", ["-c", command], scratch.Root, environment: environment);
            var isGate = command.StartsWith("migrate-cleanup check", StringComparison.Ordinal);
            Assert.True(result.ExitCode == 0 || (isGate && result.ExitCode == 1), $"{command}: {result.ExitCode}: {result.Error}");
        }

        void Program(string name, string text)
        {
            var program = programs.Write(name, $"#!/bin/sh\n{text}\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        }

        static string Real(string name) => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Select(d => Path.Combine(d, name)).First(File.Exists);
    }

    [Fact]
    public void ShellsAreGivenEveryVerbAndOption()
    {
        using var scratch = new Scratch();
        foreach (var shell in new[] { "bash", "zsh", "fish" })
        {
            var script = Tool.Run(scratch, "completion", shell).Output;
            foreach (var verb in CommandLineReader.VerbHelp)
                Assert.Contains(verb.Name, script, StringComparison.Ordinal);
        }

        scratch.Write("complete.sh", Tool.Run(scratch, "completion", "bash").Output + """

            COMP_WORDS=(migrate-cleanup batch --by ''); COMP_CWORD=3; _migrate_cleanup; echo "${COMPREPLY[*]}"
            COMP_WORDS=(migrate-cleanup batch --max); COMP_CWORD=2; _migrate_cleanup; echo "${COMPREPLY[*]}"
            COMP_WORDS=(migrate-cleanup st); COMP_CWORD=1; _migrate_cleanup; echo "${COMPREPLY[*]}"
            COMP_WORDS=(migrate-cleanup show ''); COMP_CWORD=2; _migrate_cleanup; echo "${COMPREPLY[*]}"
            COMP_WORDS=(migrate-cleanup diff . --style s); COMP_CWORD=4; _migrate_cleanup; echo "${COMPREPLY[*]}"

            """);
        Assert.Equal("directory project owner\n--max-lines --max-files\nstatus\nflow ownership tree\nsystemd\n", Processes.Run("bash", ["complete.sh"], scratch.Root).Output);
    }

    /// <summary>The other two, where they are on this machine.</summary>
    [Fact]
    public void TheScriptsAreUnderstoodByTheirShells()
    {
        using var scratch = new Scratch();
        if (File.Exists("/usr/bin/zsh"))
        {
            scratch.Write("c.zsh", Tool.Run(scratch, "completion", "zsh").Output);
            var zsh = Processes.Run("/usr/bin/zsh", ["-f", "-c", "autoload -Uz compinit; compinit -u -D; source ./c.zsh; print -r -- ${_comps[migrate-cleanup]}"], scratch.Root);
            Assert.Equal(("_bash_complete -o filenames -F _migrate_cleanup\n", ""), (zsh.Output, zsh.Error));
        }

        if (File.Exists("/usr/bin/fish"))
        {
            scratch.Write("c.fish", Tool.Run(scratch, "completion", "fish").Output);
            var fish = Processes.Run("/usr/bin/fish", ["--no-config", "-c", "source c.fish; complete -C 'migrate-cleanup batch . --by '; complete -C 'migrate-cleanup completion '"], scratch.Root);
            Assert.Equal("", fish.Error);
            Assert.Equal(["directory", "owner", "project", "bash", "fish", "zsh"], fish.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')[0]));
        }
    }

    private static IEnumerable<(string File, string Command)> Commands()
    {
        var files = Directory.GetFiles(Docs, "*.*", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Append(Path.Combine(Repository.Root, ".pre-commit-hooks.yaml"));
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            var shown = file.EndsWith(".md", StringComparison.Ordinal)
                ? string.Join('\n', ShellBlock().Matches(text).Select(m => m.Groups["lines"].Value))
                : text;
            foreach (Match match in CommandLine().Matches(shown))
                yield return (Path.GetRelativePath(Repository.Root, file), match.Groups["rest"].Value);
        }
    }

    /// <summary>Words as a shell splits them, up to a comment, a pipe or the next command; variables stand for a number.</summary>
    private static IEnumerable<string> Words(string command)
    {
        foreach (Match word in Word().Matches(Variable().Replace(command, "1")))
        {
            if (word.Value is "|" or "||" or "&&" or ";" or ">" or ">>" or "\\" || word.Value.StartsWith('#'))
                yield break;

            yield return word.Value.Replace("\"", "", StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("^```sh\n(?<lines>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"^[ \t]*(?:- |-\s*run: |run: |entry: |\$ )?(?:dotnet run --project tool/Cli -- |migrate-cleanup )(?<rest>[^\r\n]+)", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"\$\{\{.*?\}\}|\$\{?\w+\}?")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?:""[^""]*""|\S)+")]
    private static partial Regex Word();
}
