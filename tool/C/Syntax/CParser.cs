using System.Collections.Immutable;
using MigrateCleanup.C.Parsing;

namespace MigrateCleanup.C.Syntax;

/// <summary>
/// Reads C as it is written: unpreprocessed, with macros and every <c>#if</c> branch in place. It never fails; what
/// cannot be read is listed with its place. The time is linear in the text and the stack bounded, whatever the text is.
/// </summary>
public static class CParser
{
    /// <summary>Reads a file's items; bodies are read when first asked for.</summary>
    public static SourceFileTree Parse(string path, string text, SyntaxNames names) => Parse(path, text, CLexer.Lex(text), names);

    /// <summary>Reads a tree's text again, knowing other names.</summary>
    public static SourceFileTree Parse(SourceFileTree tree, SyntaxNames names) => Parse(tree.Path, tree.Text, tree.Tokens, names);

    private static SourceFileTree Parse(string path, string text, ImmutableArray<Token> tokens, SyntaxNames names) =>
        new FileReader(path, new TokenStream(text, tokens), names).Read(tokens);
}
