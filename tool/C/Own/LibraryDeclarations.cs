using System.Collections.Immutable;
using System.Text;
using MigrateCleanup.C.Styles;

namespace MigrateCleanup.C.Own;

/// <summary>
/// Clean-up declarations that nobody sees: of types that the codebase scopes somewhere and does not declare, so that their
/// library has said how they are released: by the first of the ways that the style knows of which the codebase calls the
/// function of the type's name, or by the one for types that have a macro of their name to cast to them.
/// </summary>
internal static class LibraryDeclarations
{
    /// <param name="words">The counted words of the codebase, with what is called as releasers may be.</param>
    /// <param name="styles">The forms that libraries declare types for.</param>
    /// <param name="isOwn">Whether the codebase declares a type itself.</param>
    public static ImmutableArray<CleanupDeclaration> Of(IReadOnlyCollection<string> words, StyleSet styles, Func<string, bool> isOwn)
    {
        var scoped = words.Select(ScopedType.Of).OfType<ScopedType>().ToLookup(s => s.Macro, s => s.Type, StringComparer.Ordinal);
        var declarations =
            from style in styles.Styles
            from form in style.Scopes
            where !form.LibraryReleasers.IsEmpty
            let declaration = style.Declarations.FirstOrDefault(d => form.DeclaredBy.Contains(d.Macro) && d.Parameters.Contains("releaser"))
            where declaration is not null
            from type in scoped[form.Macro ?? ""].Order(StringComparer.Ordinal)
            where !form.Pairs.ContainsKey(type) && !isOwn(type)
            let name = InFunctions(type)
            let releaser = form.LibraryReleasers.Select(r => r.Replace(ScopedType.Hole, name, StringComparison.Ordinal))
                .FirstOrDefault(r => words.Contains(r + ScopedType.Bracket))
                ?? (words.Contains(name.ToUpperInvariant() + ScopedType.Bracket) ? form.CastReleaser : null)
            where releaser is not null
            select (declaration.Macro, Text: string.Join('\n', declaration.Parameters.Select(p => p == "releaser" ? releaser : type)));
        return [.. declarations.Distinct().Select(d => new CleanupDeclaration(d.Macro, [.. d.Text.Split('\n')]))];
    }

    /// <summary>A type's name as it stands in those of its functions: <c>PartList</c> in <c>part_list_free</c>, <c>IOPart</c> in <c>io_part_free</c>.</summary>
    private static string InFunctions(string type)
    {
        var name = new StringBuilder();
        for (var i = 0; i < type.Length; i++)
        {
            var begins = char.IsAsciiLetterUpper(type[i])
                && i > 0 && type[i - 1] != '_'
                && (!char.IsAsciiLetterUpper(type[i - 1]) || (i + 1 < type.Length && char.IsAsciiLetterLower(type[i + 1])));
            if (begins)
                name.Append('_');

            name.Append(char.ToLowerInvariant(type[i]));
        }

        return name.ToString();
    }
}
