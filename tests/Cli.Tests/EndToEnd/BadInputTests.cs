namespace MigrateCleanup.Cli.Tests.EndToEnd;

/// <summary>C as nobody should write it: every file is read, what cannot be is said, and the sound ones beside it are done.</summary>
public sealed class BadInputTests : IDisposable
{
    private const int Deep = 2000;

    private readonly Scratch _scratch = new();

    public BadInputTests()
    {
        // Somewhere the codebase shows its style.
        _scratch.Write("style.c", "#include <glib.h>\nint style(void)\n{\n    g_autofree char *x = NULL;\n\n    x = g_strdup(\"a\");\n    return use(x);\n}\n");
        _scratch.Write("sound.c", Function("sound"));
    }

    [Theory]
    [InlineData("{", "ret = use(b);", "}")]
    [InlineData("if (ret) ", "ret = use(b);", "")]
    [InlineData("for (;;) ", "ret = use(b);", "")]
    [InlineData("switch (ret) {", "", "}")]
    [InlineData("#if A\n", "ret = use(b);\n", "#endif\n")]
    [InlineData("if (ret == 1) { ret = 2; } else ", "ret = use(b);", "")]
    [InlineData("ret = (", "1", ");")]
    [InlineData("ret = f(", "1", ");")]
    [InlineData("ret = a[", "1", "];")]
    [InlineData("ret = !", "1", ";")]
    [InlineData("ret = ret ? 1 : ", "2", ";")]
    [InlineData("ret = ret && ", "1", ";")]
    [InlineData("int t[] = {", "1", "};")]
    public void ADeepNestCostsOnlyItself(string open, string inside, string close)
    {
        var (first, last) = (open.LastIndexOf('=') is >= 0 and var at && !open.StartsWith("if", StringComparison.Ordinal) ? open[..(at + 2)] : "", close.EndsWith(';') ? ";" : "");
        var nest = first + Repeated(open[first.Length..]) + inside + Repeated(close[..(close.Length - last.Length)]) + last;
        _scratch.Write("deep.c", Function("deep").Replace("ret = use(b);", "\n" + nest + "\n", StringComparison.Ordinal));
        AssertSoundOnesAreDone();
    }

    [Fact]
    public void TablesOfManyLinesAreRead()
    {
        var lines = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"    {{ 0x{i:x}, \"n{i}\" }},\n"));
        _scratch.Write("table.c", $"static const struct entry table[] = {{\n{lines}}};\n{Function("behind")}");
        var cases = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"    case {i}: return {i * 7};\n"));
        _scratch.Write("cases.c", $"int find(int key)\n{{\n    switch (key) {{\n{cases}    }}\n    return 0;\n}}\n{Function("last")}");
        Assert.Equal(["cases.c", "sound.c", "table.c"], AssertSoundOnesAreDone());
    }

    [Fact]
    public void OddBytesAndLineEndsStay()
    {
        var latin1 = System.Text.Encoding.Latin1;
        _scratch.Write("bytes.c", latin1.GetBytes(Function("bytes").Replace("use(b)", "use(b, \"\u00e4\u00ff\")", StringComparison.Ordinal)));
        _scratch.Write("crlf.c", Function("crlf").ReplaceLineEndings("\r\n"));
        _scratch.Write("end.c", Function("end").TrimEnd());
        _scratch.Write("nul.c", Function("before") + "\0\0int x;\n" + Function("behind"));
        Assert.Equal(["bytes.c", "crlf.c", "end.c", "nul.c", "sound.c"], AssertSoundOnesAreDone());
        Assert.Equal(0, Tool.Run(_scratch, "apply", ".").ExitCode);
        Assert.Contains("\"\u00e4\u00ff\"", latin1.GetString(_scratch.Bytes("bytes.c")), StringComparison.Ordinal);
        Assert.DoesNotContain("\n", _scratch.Text("crlf.c").Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.EndsWith("}", _scratch.Text("end.c"), StringComparison.Ordinal);
        Assert.Contains("\0\0int x;\n", _scratch.Text("nul.c"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoCIsNamedWithItsPlace()
    {
        _scratch.Write("half.c", Function("half")[..100]);
        _scratch.Write("brackets.c", Function("first") + "int g(void)\n{\n    if (x) {\n}\n" + Function("second") + "}}}\n#endif\n#else\n");
        var bytes = new byte[20_000];
        new Random(7).NextBytes(bytes);
        _scratch.Write("noise.c", bytes);
        var result = Tool.Run(_scratch, "diff", ".");
        Assert.Equal(0, result.ExitCode);
        foreach (var name in new[] { "half.c", "brackets.c", "noise.c" })
            Assert.Contains(result.ErrorLines, l => l.StartsWith(name + ":", StringComparison.Ordinal) && l.Contains(": unparsed: ", StringComparison.Ordinal));

        Assert.Contains("brackets.c", AssertSoundOnesAreDone());
    }

    public void Dispose() => _scratch.Dispose();

    private static string Repeated(string text) => string.Concat(Enumerable.Repeat(text, Deep));

    private static string Function(string name) => $$"""
        int {{name}}(const char *p)
        {
            char *b = NULL;
            int ret = -1;

            if (!(b = g_strdup(p)))
                goto out;
            ret = use(b);
        out:
            g_free(b);
            return ret;
        }

        """;

    private IEnumerable<string> AssertSoundOnesAreDone()
    {
        var result = Tool.Run(_scratch, "diff", ".");
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("xception", result.Error, StringComparison.Ordinal);
        var files = result.Output.Split('\n').Where(l => l.StartsWith("+++ b/", StringComparison.Ordinal)).Select(l => l["+++ b/".Length..].TrimEnd()).ToList();
        Assert.Contains("sound.c", files);
        return files;
    }
}
