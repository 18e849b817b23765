using System.Collections.Frozen;

namespace MigrateCleanup.C.Parsing;

/// <summary>What a significant token is to the grammar.</summary>
internal enum Code : byte
{
    End,

    /// <summary>Conditional directives.</summary>
    If,
    ElseIf,
    Else,
    EndIf,

    /// <summary>Any other directive.</summary>
    Directive,

    Identifier,
    Number,
    String,
    Character,
    Unknown,

    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Semicolon,
    Comma,
    Colon,
    DoubleColon,
    Question,
    Dot,
    Arrow,
    Ellipsis,
    Hash,

    Assign,
    CompoundAssign,
    OrOr,
    AndAnd,
    Or,
    Xor,
    And,
    Equality,
    Relation,
    Shift,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Not,
    Tilde,
    Increment,

    Storage,
    Qualifier,
    BuiltinType,
    Aggregate,
    TypeOf,
    Attribute,
    Extension,
    StaticAssert,
    SizeOf,
    Part,
    Assembly,

    WordIf,
    WordElse,
    WordWhile,
    WordDo,
    WordFor,
    WordSwitch,
    WordCase,
    WordDefault,
    WordGoto,
    WordReturn,
    WordBreak,
    WordContinue,
    WordLabel,
    WordDefer,
}

internal static class Codes
{
    private static readonly FrozenDictionary<string, Code> Words = new Dictionary<string, Code>(StringComparer.Ordinal)
    {
        ["typedef"] = Code.Storage, ["extern"] = Code.Storage, ["static"] = Code.Storage, ["register"] = Code.Storage,
        ["auto"] = Code.Storage, ["inline"] = Code.Storage, ["__inline"] = Code.Storage, ["__inline__"] = Code.Storage,
        ["_Noreturn"] = Code.Storage, ["_Thread_local"] = Code.Storage, ["thread_local"] = Code.Storage,
        ["__thread"] = Code.Storage, ["constexpr"] = Code.Storage, ["__forceinline"] = Code.Storage,
        ["const"] = Code.Qualifier, ["volatile"] = Code.Qualifier, ["restrict"] = Code.Qualifier,
        ["__const"] = Code.Qualifier, ["__const__"] = Code.Qualifier, ["__volatile"] = Code.Qualifier,
        ["__volatile__"] = Code.Qualifier, ["__restrict"] = Code.Qualifier, ["__restrict__"] = Code.Qualifier,
        ["_Atomic"] = Code.Qualifier, ["__seg_gs"] = Code.Qualifier, ["__seg_fs"] = Code.Qualifier,
        ["void"] = Code.BuiltinType, ["char"] = Code.BuiltinType, ["short"] = Code.BuiltinType, ["int"] = Code.BuiltinType,
        ["long"] = Code.BuiltinType, ["float"] = Code.BuiltinType, ["double"] = Code.BuiltinType,
        ["signed"] = Code.BuiltinType, ["unsigned"] = Code.BuiltinType, ["__signed"] = Code.BuiltinType,
        ["__signed__"] = Code.BuiltinType, ["_Bool"] = Code.BuiltinType, ["bool"] = Code.BuiltinType,
        ["_Complex"] = Code.BuiltinType, ["__complex__"] = Code.BuiltinType, ["_Imaginary"] = Code.BuiltinType,
        ["__int128"] = Code.BuiltinType, ["__int128_t"] = Code.BuiltinType, ["__uint128_t"] = Code.BuiltinType,
        ["_Float16"] = Code.BuiltinType, ["_Float32"] = Code.BuiltinType, ["_Float64"] = Code.BuiltinType,
        ["_Float128"] = Code.BuiltinType, ["__float128"] = Code.BuiltinType, ["_Decimal32"] = Code.BuiltinType,
        ["_Decimal64"] = Code.BuiltinType, ["_Decimal128"] = Code.BuiltinType, ["__auto_type"] = Code.BuiltinType,
        ["__builtin_va_list"] = Code.BuiltinType, ["_BitInt"] = Code.BuiltinType,
        ["struct"] = Code.Aggregate, ["union"] = Code.Aggregate, ["enum"] = Code.Aggregate,
        ["typeof"] = Code.TypeOf, ["__typeof"] = Code.TypeOf, ["__typeof__"] = Code.TypeOf, ["typeof_unqual"] = Code.TypeOf,
        ["__attribute__"] = Code.Attribute, ["__attribute"] = Code.Attribute, ["__declspec"] = Code.Attribute,
        ["_Alignas"] = Code.Attribute, ["alignas"] = Code.Attribute,
        ["__extension__"] = Code.Extension,
        ["_Static_assert"] = Code.StaticAssert, ["static_assert"] = Code.StaticAssert,
        ["sizeof"] = Code.SizeOf, ["_Alignof"] = Code.SizeOf, ["alignof"] = Code.SizeOf, ["__alignof__"] = Code.SizeOf,
        ["__alignof"] = Code.SizeOf, ["_Countof"] = Code.SizeOf,
        ["__real__"] = Code.Part, ["__imag__"] = Code.Part, ["__real"] = Code.Part, ["__imag"] = Code.Part,
        ["asm"] = Code.Assembly, ["__asm"] = Code.Assembly, ["__asm__"] = Code.Assembly,
        ["if"] = Code.WordIf, ["else"] = Code.WordElse, ["while"] = Code.WordWhile, ["do"] = Code.WordDo,
        ["for"] = Code.WordFor, ["switch"] = Code.WordSwitch, ["case"] = Code.WordCase, ["default"] = Code.WordDefault,
        ["goto"] = Code.WordGoto, ["return"] = Code.WordReturn, ["break"] = Code.WordBreak,
        ["continue"] = Code.WordContinue, ["__label__"] = Code.WordLabel, ["_Defer"] = Code.WordDefer,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Code>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    public static Code OfWord(ReadOnlySpan<char> word) =>
        word.Length is >= 2 and <= 17 && Lookup.TryGetValue(word, out var code) ? code : Code.Identifier;

    public static Code OfPunctuator(ReadOnlySpan<char> text)
    {
        switch (text)
        {
            case "(": return Code.OpenParen;
            case ")": return Code.CloseParen;
            case "[" or "<:": return Code.OpenBracket;
            case "]" or ":>": return Code.CloseBracket;
            case "{" or "<%": return Code.OpenBrace;
            case "}" or "%>": return Code.CloseBrace;
            case ";": return Code.Semicolon;
            case ",": return Code.Comma;
            case ":": return Code.Colon;
            case "::": return Code.DoubleColon;
            case "?": return Code.Question;
            case ".": return Code.Dot;
            case "->": return Code.Arrow;
            case "...": return Code.Ellipsis;
            case "#" or "##": return Code.Hash;
            case "=": return Code.Assign;
            case "||": return Code.OrOr;
            case "&&": return Code.AndAnd;
            case "|": return Code.Or;
            case "^": return Code.Xor;
            case "&": return Code.And;
            case "==" or "!=": return Code.Equality;
            case "<" or ">" or "<=" or ">=": return Code.Relation;
            case "<<" or ">>": return Code.Shift;
            case "+": return Code.Plus;
            case "-": return Code.Minus;
            case "*": return Code.Star;
            case "/": return Code.Slash;
            case "%": return Code.Percent;
            case "!": return Code.Not;
            case "~": return Code.Tilde;
            case "++" or "--": return Code.Increment;
            default: return text.Length > 1 && text[^1] == '=' ? Code.CompoundAssign : Code.Unknown;
        }
    }

    public static bool StartsType(Code code) =>
        code is Code.Storage or Code.Qualifier or Code.BuiltinType or Code.Aggregate or Code.TypeOf or Code.Attribute;

    public static bool StartsStatement(Code code) =>
        code is >= Code.WordIf and <= Code.WordDefer or Code.Assembly or Code.StaticAssert;

    public static bool IsConditional(Code code) => code is >= Code.If and <= Code.EndIf;
}
