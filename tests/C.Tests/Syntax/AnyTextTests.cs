using CsCheck;
using MigrateCleanup.C.Syntax;
using Xunit;

namespace MigrateCleanup.C.Tests.Syntax;

/// <summary>Parsing never fails and loses nothing, whatever the text.</summary>
public sealed class AnyTextTests
{
    private const int Times = 2_000;

    private static readonly string[] Pieces =
    [
        "if", "else", "while", "for", "do", "switch", "case", "default", "goto", "return", "break", "struct", "union", "enum",
        "typedef", "static", "extern", "const", "int", "char", "void", "sizeof", "asm", "typeof", "__attribute__((x))", "__label__",
        "_Static_assert", "__extension__", "_Defer", "x", "y", "Foo", "MACRO", "for_each_x", "g_autofree", "_cleanup_", "label:",
        "(", ")", "[", "]", "{", "}", ";", ",", ":", "?", ".", "->", "...", "=", "+=", "||", "&&", "|", "^", "&", "==", "<", "<<",
        "+", "-", "*", "/", "%", "!", "~", "++", "#", "##", "[[", "]]", "({", "})", "1", "0x1p-3", "'c'", "\"s\"", "L\"s", "'",
        "\n#if A\n", "\n#ifdef B\n", "\n#ifndef A\n", "\n#elif defined C\n", "\n#else\n", "\n#endif\n", "\n#if 0\n", "\n#define X(a) a\n",
        "\n#include <x>\n", "\n#error don't /* \n", "/* c */", "// c\n", "/*", "\\\n", "\n", "\n}\n", " ", "\t", "\r\n", "\0", "é", "@",
        "int f(void) {", "int f(a, b) int a; char *b; {", "}\n", "extern \"C\" {", "= {", "return 0;", "x(y)",
    ];

    [Fact]
    public void RandomCharactersAreReadWithoutLoss() =>
        Gen.String[Gen.Char, 0, 200].Sample(text => Laws.Hold(CParser.Parse("x.c", text, SyntaxNames.None)), iter: Times);

    [Fact]
    public void RandomBytesAreReadWithoutLoss() =>
        Gen.Byte.Array[0, 300].Sample(
            bytes => Laws.Hold(CParser.Parse("x.c", System.Text.Encoding.Latin1.GetString(bytes), SyntaxNames.None)), iter: Times);

    [Fact]
    public void RandomTokensAreReadWithoutLoss() =>
        Gen.Int[0, Pieces.Length - 1].Array[0, 60].Sample(
            indices => Laws.Hold(CParser.Parse("x.c", TextOf(indices), SyntaxNames.None)), iter: 5 * Times, print: TextOf);

    [Fact]
    public void RandomBodiesAreReadWithoutLoss() =>
        Gen.Int[0, Pieces.Length - 1].Array[0, 40].Sample(
            indices => Laws.Hold(CParser.Parse("x.c", "int f(int x)\n{\n" + TextOf(indices) + "\n}\n", SyntaxNames.None)),
            iter: 5 * Times,
            print: TextOf);

    private static string TextOf(int[] indices) => string.Join(' ', indices.Select(i => Pieces[i]));

    [Fact]
    public void HalfAFileIsReadWithoutLoss()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Folder, "fixtures", "c-syntax")))
        {
            var text = File.ReadAllText(file).Replace("```", "/* ``` */", StringComparison.Ordinal);
            for (var length = 0; length < text.Length; length += 97)
                Laws.Hold(CParser.Parse("x.c", text[..length], SyntaxNames.None));
        }
    }

    [Theory]
    [InlineData("int\\\n x = 1;", "int", "x")]
    [InlineData("in\\\nt fo\\\no = 1;", "int", "foo")]
    [InlineData("int x = a -\\\n> b;", "int", "x")]
    public void ContinuedLinesMayStandInsideTokens(string text, string type, string name)
    {
        var tree = CParser.Parse("x.c", text, SyntaxNames.None);
        Laws.Hold(tree);
        var declaration = Assert.IsType<DeclarationItemNode>(Assert.Single(tree.Items)).Declaration;
        Assert.Equal(type, declaration.Specifiers.Type);
        Assert.Equal(name, declaration.Declarators[0].Name);
    }

    [Theory]
    [InlineData("int f(void)\r\n{\r\n    return 0; // x\r\n}")]
    [InlineData("int f(void)\n{\r\n#if A \\\r\n  && B\r\n    x();\n#endif\r\n    return 0;\n}")]
    public void LineEndsOfBothKindsAreRead(string text)
    {
        var tree = CParser.Parse("x.c", text, SyntaxNames.None);
        Laws.Hold(tree);
        Assert.Empty(tree.Errors);
        Assert.Null(Assert.Single(tree.Functions).Body.Error);
    }
}
