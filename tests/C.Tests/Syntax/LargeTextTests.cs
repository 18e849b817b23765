using System.Text;
using MigrateCleanup.C.Syntax;
using Xunit;

namespace MigrateCleanup.C.Tests.Syntax;

/// <summary>Depth and length cost linear time and a bounded stack.</summary>
public sealed class LargeTextTests
{
    private const int Depth = 2_000;

    private const int Rows = 60_000;

    public static TheoryData<string, string, string> Nestings => new()
    {
        { "{ ", "x = 1;", " }" },
        { "if (a) { ", "x = 1;", " }" },
        { "if (a) ", "x = 1;", "" },
        { "if (a) x(); else ", "x = 1;", "" },
        { "while (a) ", "x = 1;", "" },
        { "for (;;) { ", "x = 1;", " }" },
        { "do ", "x = 1;", " while (a);" },
        { "switch (a) { case 1: ", "x = 1;", " }" },
        { "for_each_x(a) { ", "x = 1;", " }" },
        { "x = ({ ", "1;", " });" },
        { "\n#if A\n", "x = 1;", "\n#endif\n" },
    };

    public static TheoryData<string, string, string> Expressions => new()
    {
        { "(", "1", ")" },
        { "f(", "1", ")" },
        { "a[", "1", "]" },
        { "-", "1", "" },
        { "(int)", "1", "" },
        { "!", "1", "" },
        { "a ? b : ", "1", "" },
        { "a ? ", "1", " : b" },
        { "a = ", "1", "" },
        { "", "1", " + 1" },
        { "1 + (", "1", ")" },
        { "sizeof ", "1", "" },
        { "", "a", ".b" },
        { "", "a", "->b[1]" },
        { "", "a", "(1)" },
    };

    [Theory]
    [MemberData(nameof(Nestings))]
    public void DeepStatementsAreRead(string open, string inside, string close) =>
        AssertRead(Repeated(open) + inside + Repeated(close));

    [Theory]
    [MemberData(nameof(Expressions))]
    public void DeepExpressionsAreRead(string open, string inside, string close) =>
        AssertRead("x = " + Repeated(open) + inside + Repeated(close) + ";");

    [Fact]
    public void DeepInitializersAndDeclaratorsAreRead()
    {
        AssertRead("int x[] = " + Repeated("{ ") + "1" + Repeated(" }") + ";");
        AssertRead("int " + Repeated("(*") + "x" + Repeated(")") + ";");
        Laws.TokensAreTheText("", []);
        var tree = CParser.Parse("x.c", Repeated("struct { ") + "int x;" + Repeated(" } y;"), SyntaxNames.None);
        Assert.Empty(tree.Errors);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("{ ")]
    [InlineData("if (a) ")]
    [InlineData("f(")]
    [InlineData("x = {")]
    public void WhatIsTooDeepIsSaidSo(string open)
    {
        const int TooDeep = 100_000;
        var text = "int f(void)\n{\n" + new StringBuilder().Insert(0, open, TooDeep) + "\n}\nint g(void)\n{\n    return 0;\n}\n";
        var tree = CParser.Parse("x.c", text, SyntaxNames.None);
        foreach (var function in tree.Functions)
            Assert.True(function.Body.Views.IsEmpty != (function.Body.Error is null));
    }

    [Fact]
    public void LongTablesTakeLinearSteps()
    {
        foreach (var (head, row, tail) in new[]
        {
            ("static const struct row table[] = {\n", "    { 1, \"a\", f(2), .x = { 3 } },\n", "};\n"),
            ("int f(void)\n{\n    static int t[] = {\n", "        { 1, g(2) },\n", "    };\n    return 0;\n}\n"),
            ("enum e {\n", "    A,\n", "};\n"),
            ("struct s {\n", "    int a;\n", "};\n"),
            ("int f(void)\n{\n", "    g(1, \"a\");\n", "}\n"),
            ("int f(void)\n{\n    switch (x) {\n", "    case 1: return 2;\n", "    }\n}\n"),
            ("int f(void)\n{\n    return a\n", "        + a\n", "    ;\n}\n"),
            ("", "int a(void);\n", ""),
            ("", "MACRO(a)\n", ""),
            ("", "#define A 1\n", ""),
            ("", "#if A\nint a;\n", ""),
            ("int f(a) int x\n", "    * a\n", ";\n"),
            ("X(\n", "  a,\n", ")\n"),
            ("int f(void)\n{\n    X(\n", "      { a; },\n", "    );\n}\n"),
        })
        {
            var once = Work(head + Many(row, Rows / 10) + tail);
            var often = Work(head + Many(row, Rows) + tail);
            Assert.True(often < 14 * once, $"{row.Trim()}: {once} bytes for a tenth, {often} for all");
        }
    }

    [Theory]
    [InlineData("int f(void) {\n")]
    [InlineData("int f(void) {\n}}\n")]
    [InlineData("f(a);\n")]
    [InlineData("x (a)\n")]
    [InlineData("#if A\n{\n")]
    [InlineData("#if A\nint f(int a) {\n#else\nint f(void) {\n#endif\n")]
    public void BrokenTextTakesLinearSteps(string piece)
    {
        var once = Work(Many(piece, 2_000));
        var often = Work(Many(piece, 20_000));
        Assert.True(often < 14 * once, $"{once} bytes for a tenth, {often} for all");
    }

    /// <summary>What reading allocates stands for its steps: every step that is more than a look makes something.</summary>
    private static long Work(string text)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tree = CParser.Parse("x.c", text, SyntaxNames.None);
        foreach (var function in tree.Functions.Take(3))
            GC.KeepAlive(function.Body);

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void AssertRead(string statement)
    {
        var tree = CParser.Parse("x.c", "int f(void)\n{\n" + statement + "\n}\n", SyntaxNames.None);
        Assert.Empty(tree.Errors);
        var body = Assert.Single(tree.Functions).Body;
        Assert.Null(body.Error);
        Assert.Single(body.Views);
    }

    private static string Repeated(string text) => Many(text, Depth);

    private static string Many(string text, int times) => new StringBuilder(text.Length * times).Insert(0, text, times).ToString();
}
