using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Syntax;

/// <summary>What a token is. Keywords are identifiers: which words are keywords is the parser's matter.</summary>
public enum TokenKind : byte
{
    Identifier,
    Number,

    /// <summary>A string literal with its prefix; unterminated ones end at the end of their line.</summary>
    String,
    Character,
    Punctuator,

    /// <summary>A whole preprocessor line, with its continuations and the comments inside it, without the line end.</summary>
    Directive,
    Comment,

    /// <summary>Blanks, tabs, form feeds, continued line ends.</summary>
    Whitespace,
    LineEnd,

    /// <summary>A character that no C token starts with.</summary>
    Unknown,
}

/// <summary>A stretch of the text. Tokens of one file follow each other without a gap: together they are the text.</summary>
public readonly record struct Token(TokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;

    public TextSpan Span => new(Start, Length);

    /// <summary>Means nothing to the grammar.</summary>
    public bool IsTrivia => Kind is TokenKind.Whitespace or TokenKind.LineEnd or TokenKind.Comment;
}
