using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Index;

/// <summary>Types as text, with their stars.</summary>
internal static class TypeTexts
{
    /// <summary>The declared type: <c>char **</c>; an array and a pointer to a function count as one star more.</summary>
    public static string Of(SpecifiersNode specifiers, DeclaratorNode declarator)
    {
        var pointers = declarator.Pointers + (declarator.IsArray || (declarator.IsFunctionPointer && declarator.Pointers == 0) ? 1 : 0);
        if (pointers == 0)
            return specifiers.Type;

        return specifiers.Type is [.., '*'] ? specifiers.Type + new string('*', pointers) : specifiers.Type + " " + new string('*', pointers);
    }
}
