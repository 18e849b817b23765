using System.Text;
using CsCheck;
using MigrateCleanup.Review.Diffs;

namespace MigrateCleanup.Cli.Tests.Review;

/// <summary>A diff is right when git and patch make the new text of the old one with it, byte by byte.</summary>
public sealed class UnifiedDiffTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public static TheoryData<string, string> HardCases => new()
    {
        { "a\nb\nc\n", "a\nc\n" },
        { "a\nb\nc", "a\nb\nc\n" },
        { "a\nb\nc\n", "a\nb\nc" },
        { "a\nb\nc", "a\nx\nc" },
        { "a", "b" },
        { "a\r\nb\r\nc\r\n", "a\r\nx\r\nc\r\n" },
        { "a\r\nb\nc\r\n", "a\r\nb\r\nc\r\n" },
        { "a\rb\rc", "a\rx\rc" },
        { "a\rb\nc\rd\n", "a\rb\nc\rx\n" },
        { "a\fb\vc\u0085d\u2028e\n", "a\fb\vc\u0085d\u2028f\n" },
        { "\n\n\n\n\n", "\n\n\n\n\n\n" },
        { "", "a\n" },
        { "a\n", "" },
        { "-- a\n++ b\n", "-- b\n++ b\n" },
        { "--- a/x\n+++ b/x\n@@ -1 +1 @@\n", "--- a/x\n+++ b/x\n@@ -1 +2 @@\n" },
        { "diff --git a/x b/x\n", "diff --git a/y b/y\n" },
        { "\\ No newline at end of file\n", "\\ No newline at end of file" },
        { " a\n\tb\n", "\ta\n b\n" },
        { "{\n}\n{\n}\n{\n}\n", "{\n}\n{\n}\n{\n}\n{\n}\n" },
        { Lines(1, 100), Lines(1, 49) + Lines(52, 100) },
        { Lines(1, 100), "x\n" + Lines(1, 100) + "y\n" },
        { Lines(1, 10), Lines(1, 2) + "x\n" + Lines(4, 8) + "y\n" + Lines(10, 10) },
        { "\uFEFFusing X;\n", "\uFEFFusing Y;\n" },
    };

    [Theory]
    [MemberData(nameof(HardCases))]
    public void GitAndPatchMakeTheNewTextOfTheOld(string before, string after)
    {
        AssertApplies("x.cs", before, after);
        AssertApplies("x.cs", after, before);
    }

    [Theory]
    [InlineData("with space.cs")]
    [InlineData("näme.cs")]
    [InlineData("quote\".cs")]
    [InlineData("back\\slash.cs")]
    [InlineData("tab\t.cs")]
    [InlineData("new\nline.cs")]
    [InlineData("dir with space/ü/x.cs")]
    public void NamesAreSpelledAsGitSpellsThem(string name)
    {
        var diff = AssertApplies(name, "a\nb\n", "a\nc\n");
        Assert.Equal(GitHeaders(name), diff.Split('\n').Where(IsHeader));
    }

    [Fact]
    public void HunkHeadersAreGits()
    {
        var before = "int f()\n{\n" + Lines(1, 30) + "}\n\nint g()\n{\n" + Lines(31, 60) + "}\n";
        var after = before.Replace("\n20\n", "\ntwenty\n", StringComparison.Ordinal).Replace("\n59\n", "\n", StringComparison.Ordinal);
        var diff = AssertApplies("x.c", before, after);
        var git = GitDiff("x.c").Split('\n');
        Assert.Equal(git.Where(l => l.StartsWith("@@", StringComparison.Ordinal)), diff.Split('\n').Where(l => l.StartsWith("@@", StringComparison.Ordinal)));
    }

    [Fact]
    public void ANewFileHasItsMode()
    {
        var diff = UnifiedDiff.Write(new FileChange("new dir/x.h", null, "a\nb\n"));
        Assert.StartsWith("diff --git a/new dir/x.h b/new dir/x.h\nnew file mode 100644\n--- /dev/null\n+++ b/new dir/x.h\t\n@@ -0,0 +1,2 @@\n", diff, StringComparison.Ordinal);
        _scratch.Write("keep", "");
        Apply("git", diff);
        Assert.Equal("a\nb\n", _scratch.Text("new dir/x.h"));
    }

    [Fact]
    public void EqualTextsHaveNoDiff() => Assert.Equal("", UnifiedDiff.Write(new FileChange("x", "a\n", "a\n")));

    [Fact]
    public void AHeadingIsTheFunctionAroundTheHunk()
    {
        var change = new FileChange("x.cs", Lines(1, 20), Lines(1, 14) + "x\n" + Lines(16, 20))
        {
            Headings = [new HunkHeading(2, 8, "void First()"), new HunkHeading(10, 19, "void Second()")],
        };
        Assert.Contains("@@ -12,7 +12,7 @@ void Second()\n", UnifiedDiff.Write(change), StringComparison.Ordinal);
    }

    /// <summary>Few distinct lines with every kind of end, so that equal lines, moved ends and missing newlines meet often.</summary>
    [Fact]
    public void AnyTwoTextsApply()
    {
        var line = Gen.Select(Gen.OneOf("", "a", "b", "{", "}", "-", "+x", "\ta", "ä", "\f"), Gen.OneOf("\n", "\n", "\r\n", "\r"));
        var text = Gen.Select(line.List[0, 14], Gen.OneOf("", "end"), (lines, end) => string.Concat(lines.Select(l => l.Item1 + l.Item2)) + end);
        Gen.Select(text, text).Sample(
            texts => AssertApplies("x.cs", texts.Item1, texts.Item2, tools: ["git"]), iter: 150, threads: 1);
    }

    /// <summary>Without a tool in between: the diff read by the definition of the format gives the text back.</summary>
    [Fact]
    public void AnyTwoTextsComeBackByTheDefinition()
    {
        var line = Gen.OneOf("a\n", "b\n", "c\n", "\n", "  a\n", "}\n", "\r\n");
        var text = Gen.Select(line.List[0, 60], Gen.OneOf("", "end"), (lines, end) => string.Concat(lines) + end);
        Gen.Select(text, text).Sample(
            texts => Assert.Equal(texts.Item2, Patched(texts.Item1, UnifiedDiff.Write(new FileChange("x", texts.Item1, texts.Item2)))), iter: 3000);
    }

    [Fact]
    public void ColoursChangeNoText()
    {
        var diff = UnifiedDiff.Write(new FileChange("x", "a\r\n-- b\n", "a\r\n-- c\r\n"));
        var coloured = DiffColouring.Coloured(diff);
        Assert.NotEqual(diff, coloured);
        Assert.Equal(diff, System.Text.RegularExpressions.Regex.Replace(coloured, "\e\\[[0-9]*m", ""));
        Assert.Contains("\e[31m--- b\e[m\n", coloured, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private static string Lines(int first, int last) => string.Concat(Enumerable.Range(first, last - first + 1).Select(i => $"{i}\n"));

    private static bool IsHeader(string line) =>
        line.StartsWith("diff --git ", StringComparison.Ordinal) || line.StartsWith("--- ", StringComparison.Ordinal) || line.StartsWith("+++ ", StringComparison.Ordinal);

    private string AssertApplies(string name, string before, string after, string[]? tools = null)
    {
        var diff = UnifiedDiff.Write(new FileChange(name, before, after));
        foreach (var tool in tools ?? ["git", "patch"])
        {
            // GNU patch cannot spell names with a newline; git can.
            if (tool == "patch" && name.Contains('\n'))
                continue;

            _scratch.Write(name, before);
            if (before != after)
                Apply(tool, diff);

            // patch removes a file that becomes empty.
            Assert.Equal(after, File.Exists(_scratch[name]) ? _scratch.Text(name, exact: true) : "");
        }

        _scratch.Write(name, before);
        _scratch.Write("after/" + name, after);
        return diff;
    }

    private void Apply(string tool, string diff)
    {
        var bytes = Encoding.UTF8.GetBytes(diff);
        var result = tool == "git"
            ? Processes.Run("git", ["apply", "--whitespace=nowarn", "-"], _scratch.Root, bytes)
            : Processes.Run("patch", ["-p1", "--binary", "-s"], _scratch.Root, bytes);
        Assert.True(result.ExitCode == 0, $"{tool}: {result.Error}{result.Output}\n{diff}");
    }

    private string GitDiff(string name)
    {
        var result = Processes.Run(
            "git", ["-c", "diff.noprefix=false", "diff", "--no-index", "--", name, Path.Combine("after", name)], _scratch.Root);
        return result.Output;
    }

    private IEnumerable<string> GitHeaders(string name)
    {
        _scratch.Git("init", "-q");
        _scratch.Git("add", "--", name);
        _scratch.Write(name, "a\nc\n");
        return _scratch.Git("diff", "--", name).Split('\n').Where(IsHeader);
    }

    /// <summary>Reads hunks one line after the other, as the format defines them.</summary>
    private static string Patched(string before, string diff)
    {
        if (diff.Length == 0)
            return before;

        var old = before.Split('\n');
        var result = new StringBuilder();
        var at = 0;
        var lines = diff.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            var withoutNewline = i + 1 < lines.Length && lines[i + 1].StartsWith('\\');
            if (line.StartsWith("@@ ", StringComparison.Ordinal))
            {
                var range = line.Split(' ')[1][1..].Split(',');
                var start = int.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture) - (range is [_, "0"] ? 0 : 1);
                for (; at < start; at++)
                    result.Append(old[at]).Append('\n');
            }
            else if (line.StartsWith(' ') || (line.StartsWith('+') && !line.StartsWith("+++ b/", StringComparison.Ordinal)))
            {
                result.Append(line.AsSpan(1)).Append(withoutNewline ? "" : "\n");
                at += line[0] == ' ' ? 1 : 0;
            }
            else if (line.StartsWith('-') && !line.StartsWith("--- a/", StringComparison.Ordinal))
            {
                Assert.Equal(old[at], line[1..]);
                at++;
            }
        }

        var rest = string.Join('\n', old.Skip(at));
        return result + rest;
    }
}
