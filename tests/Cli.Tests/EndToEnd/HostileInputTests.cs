using System.Text.Json;
using System.Text.RegularExpressions;

namespace MigrateCleanup.Cli.Tests.EndToEnd;

/// <summary>Names and texts of files may be anything; no report, mail or terminal takes them for more than that.</summary>
public sealed partial class HostileInputTests : IDisposable
{
    private const string Text = """
        using System.IO;

        // From here on: <script>alert('x')</script> ]]> --> ${x} `code` | pipe
        internal static class Sample
        {
            internal static int First(string path)
            {
                int result = -1; // </script><script>alert(3)</script><!--
                if (path == "--- a/x\n+++ b/x\nFrom nobody")
                    goto done;

                result = path[0];
            done:
                return result;
            }

            internal static int Leak(string path)
            {
                var file = File.OpenRead(path + "\"><script>alert(2)</script>");
                if (!file.CanRead)
                    return -1;

                int value = 7;
                file.Dispose();
                return value;
            }
        }

        """;

    private static readonly string[] Names =
    [
        "src/<script>alert(1)<\uFF0Fscript>/A\"q'.cs", "src/new\nline.cs", "src/tab\there.cs", "src/ünï ☃.cs", "src/a`|b&amp;.cs", "src/-dash.cs",
        "src/escape\u001b[31m.cs", "src/From x.cs", "src/100%41.cs", "src/back\\slash.cs",
    ];

    private readonly Scratch _scratch = new();

    public HostileInputTests()
    {
        if (OperatingSystem.IsWindows())
            return;

        foreach (var name in Names)
            _scratch.Write(name, Text);

        _scratch.Git("init", "-q", "-b", "main");
        _scratch.Git("config", "user.name", "Ünsafe <b>\"N\"");
        _scratch.Git("config", "user.email", "t@example.org");
        _scratch.Git("add", "-A");
        _scratch.Git("commit", "-q", "-m", "src: <script>alert(4)</script>");
    }

    [Fact]
    public void FindingsAreOneLineEachAndHoldNoEscape()
    {
        if (OperatingSystem.IsWindows())
            return;

        var result = Tool.Run(_scratch, "check", ".");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(Names.Length, result.Output.TrimEnd('\n').Split('\n').Length);
        Assert.DoesNotContain(result.Output + result.Error, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public void MailsApplyAndTheirHeadsStaySound()
    {
        if (OperatingSystem.IsWindows())
            return;

        Assert.Equal(0, Tool.Run(_scratch, "batch", ".", "--out", "out").ExitCode);
        List<string> patches = [.. Directory.GetFiles(_scratch["out"], "*.patch").Order(StringComparer.Ordinal)];
        foreach (var patch in patches)
        {
            var head = File.ReadAllText(patch).Split("\n\n")[0];
            Assert.All(head.Split('\n').Skip(1), line => Assert.Matches(@"^(?:[A-Za-z-]+: | )[\x20-\x7e]+$", line));
            _scratch.Git("am", "-q", patch);
        }

        Assert.Equal("", Tool.Run(_scratch, "diff", ".").Output);
        Assert.Equal(Names.Order(StringComparer.Ordinal), _scratch.Git("diff", "-z", "--name-only", "main~" + patches.Count, "main").Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        foreach (var text in Directory.GetFiles(_scratch["out"], "*.md"))
            Assert.DoesNotContain("<script", WithoutCode(File.ReadAllText(text)), StringComparison.Ordinal);
    }

    [Fact]
    public void ReportsShowThemAsTheyAre()
    {
        if (OperatingSystem.IsWindows())
            return;

        Assert.Equal(0, Tool.Run(_scratch, "report", ".", "--out", "out").ExitCode);
        var html = _scratch.Text("out/report.html");
        Assert.Equal(4, ScriptTag().Count(html));
        Assert.DoesNotContain("<script", WithoutCode(_scratch.Text("out/report.md")), StringComparison.Ordinal);
        using var sarif = JsonDocument.Parse(_scratch.Bytes("out/report.sarif"));
        var names =
            from result in sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            where result.GetProperty("ruleId").GetString() == "cs/leak"
            select result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString()!;
        var uris = names.ToList();
        Assert.All(uris, uri => Assert.Matches(@"^[A-Za-z0-9/._~!$&'()*+,;=:@%-]+$", uri));
        Assert.Equal(Names.Order(StringComparer.Ordinal), uris.Select(Uri.UnescapeDataString).Order(StringComparer.Ordinal));
        Assert.Equal(0, Processes.Run("git", ["apply", "--check", "out/changes.patch"], _scratch.Root).ExitCode);
    }

    public void Dispose() => _scratch.Dispose();

    private static string WithoutCode(string markdown) => Code().Replace(markdown, "");

    [GeneratedRegex("</?script")]
    private static partial Regex ScriptTag();

    [GeneratedRegex("(`+).*?\\1")]
    private static partial Regex Code();
}
