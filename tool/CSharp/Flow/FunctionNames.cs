using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>Functions as people name them, from syntax alone: <c>Namespace.Type.Method(int, string)</c>.</summary>
internal static class FunctionNames
{
    /// <summary>The name of a member's function, or of a lambda that stands in an initialiser.</summary>
    public static string Of(SyntaxNode declaration, SyntaxNode member) => declaration switch
    {
        CompilationUnitSyntax => "top-level statements",
        MethodDeclarationSyntax m => Joined(m, Explicit(m.ExplicitInterfaceSpecifier) + m.Identifier.Text + Parameters(m.ParameterList)),
        ConstructorDeclarationSyntax c => Joined(c, (IsStatic(c) ? "static " : "") + c.Identifier.Text + Parameters(c.ParameterList)),
        DestructorDeclarationSyntax d => Joined(d, "~" + d.Identifier.Text + "()"),
        OperatorDeclarationSyntax o => Joined(o, "operator " + o.OperatorToken.Text + Parameters(o.ParameterList)),
        ConversionOperatorDeclarationSyntax o => Joined(o, $"operator {o.Type}" + Parameters(o.ParameterList)),
        AccessorDeclarationSyntax { Parent.Parent: BasePropertyDeclarationSyntax p } a => Joined(p, PropertyName(p) + "." + a.Keyword.Text),
        BasePropertyDeclarationSyntax p => Joined(p, PropertyName(p) + ".get"),
        _ => Joined(declaration, Initialised(member) + ".lambda"),
    };

    /// <summary>The name of a lambda or local function: the enclosing function's, and its own behind it.</summary>
    public static string Nested(SyntaxNode declaration, string outer, int number) =>
        declaration is LocalFunctionStatementSyntax local
            ? $"{outer}.{local.Identifier.Text}{Parameters(local.ParameterList)}"
            : $"{outer}.lambda {number}";

    private static bool IsStatic(ConstructorDeclarationSyntax constructor) =>
        constructor.Modifiers.Any(m => m.Text == "static");

    private static string Explicit(ExplicitInterfaceSpecifierSyntax? specifier) => specifier is null ? "" : specifier.Name + ".";

    private static string PropertyName(BasePropertyDeclarationSyntax property) => Explicit(property.ExplicitInterfaceSpecifier) + property switch
    {
        PropertyDeclarationSyntax p => p.Identifier.Text,
        EventDeclarationSyntax e => e.Identifier.Text,
        IndexerDeclarationSyntax i => "this" + Parameters(i.ParameterList),
        _ => "",
    };

    private static string Initialised(SyntaxNode member) => member.Parent switch
    {
        VariableDeclaratorSyntax v => v.Identifier.Text,
        PropertyDeclarationSyntax p => p.Identifier.Text,
        ParameterSyntax p => p.Identifier.Text,
        _ => "initialiser",
    };

    private static string Parameters(BaseParameterListSyntax list) =>
        "(" + string.Join(", ", list.Parameters.Select(p => string.Join(" ", p.Modifiers.Select(m => m.Text).Where(m => m is "ref" or "out" or "in").Append(Spelled(p.Type))))) + ")";

    private static string Spelled(TypeSyntax? type) => type is null ? "" : string.Concat(type.DescendantTokens().Select(t => t.Text == "," ? ", " : t.Text));

    private static string Joined(SyntaxNode declaration, string own)
    {
        var parts = new List<string> { own };
        foreach (var ancestor in declaration.Ancestors())
        {
            switch (ancestor)
            {
                case BaseTypeDeclarationSyntax type:
                    parts.Add(type.Identifier.Text + ((type as TypeDeclarationSyntax)?.TypeParameterList is { } list ? Listed(list) : ""));
                    break;
                case BaseNamespaceDeclarationSyntax space:
                    parts.Add(space.Name.ToString());
                    break;
            }
        }

        parts.Reverse();
        return string.Join('.', parts);
    }

    private static string Listed(TypeParameterListSyntax list) => "<" + string.Join(", ", list.Parameters.Select(p => p.Identifier.Text)) + ">";
}
