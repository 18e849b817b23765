using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Index;

/// <summary>A struct or union: its name (<c>struct x</c>, or a typedef's for one without a tag), and its fields with their types.</summary>
public sealed record StructFact(string Name, ImmutableArray<FieldFact> Fields)
{
    /// <summary>The structs that a declaration defines, inner ones with a tag included.</summary>
    internal static IEnumerable<StructFact> In(DeclarationNode declaration)
    {
        var specifiers = declaration.Specifiers;
        if (!specifiers.DefinesType || specifiers.Members.IsEmpty)
            yield break;

        ImmutableArray<FieldFact> fields = [.. FieldsOf(specifiers)];
        if (specifiers.Tag is not null)
            yield return new StructFact(specifiers.Type, fields);
        else if (declaration.IsTypedef)
        {
            foreach (var declarator in declaration.Declarators.Where(d => d.Pointers == 0))
                yield return new StructFact(declarator.Name, fields);
        }

        foreach (var inner in specifiers.Members.SelectMany(In))
            yield return inner;
    }

    /// <summary>Members of a nameless struct or union inside count as the outer one's.</summary>
    private static IEnumerable<FieldFact> FieldsOf(SpecifiersNode specifiers)
    {
        foreach (var member in specifiers.Members)
        {
            if (member.Declarators.IsEmpty)
            {
                foreach (var field in FieldsOf(member.Specifiers))
                    yield return field;
            }

            foreach (var declarator in member.Declarators.Where(d => d.Name.Length > 0))
                yield return new FieldFact(declarator.Name, TypeTexts.Of(member.Specifiers, declarator), declarator.IsArray);
        }
    }
}

/// <summary>A field, with its type as text; an array counts as one star more.</summary>
public sealed record FieldFact(string Name, string Type, bool IsArray);
