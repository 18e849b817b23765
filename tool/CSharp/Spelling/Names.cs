using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>Questions about names that syntax alone can answer, erring on the side of seeing a name where there may be none.</summary>
internal static class Names
{
    /// <summary>The name as it has to be written: one that is a keyword of the language wears its <c>@</c>.</summary>
    public static string Written(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>Where a variable may be named: not behind a dot, not as the name of an argument or of a member being initialised.</summary>
    public static IEnumerable<IdentifierNameSyntax> Of(SyntaxNode within, string name) =>
        within.DescendantNodes(n => within is not CompilationUnitSyntax || n is not (MemberDeclarationSyntax or UsingDirectiveSyntax) || n is GlobalStatementSyntax)
            .OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == name && !IsMemberName(n));

    /// <summary>Whether a variable may be given another value inside, other than by the statements that are left out.</summary>
    public static bool IsAssigned(SyntaxNode within, string name, IEnumerable<StatementSyntax?> except) =>
        Of(within, name).Any(n => IsTarget(n) && !except.Any(e => e is not null && e.Span.Contains(n.Span)));

    /// <summary>The names of the locals and local functions declared directly by a statement: visible to its later siblings.</summary>
    public static IEnumerable<string> DeclaredBy(StatementSyntax statement) => statement switch
    {
        LocalDeclarationStatementSyntax local =>
            local.Declaration.Variables.Select(v => v.Identifier.ValueText).Concat(DesignatedIn(local)),
        LocalFunctionStatementSyntax function => [function.Identifier.ValueText],
        LabeledStatementSyntax labelled => DeclaredBy(labelled.Statement),
        ExpressionStatementSyntax or ReturnStatementSyntax or ThrowStatementSyntax or YieldStatementSyntax => DesignatedIn(statement),
        IfStatementSyntax @if => DesignatedIn(@if.Condition),
        WhileStatementSyntax or SwitchStatementSyntax or LockStatementSyntax => [],
        _ => [],
    };

    /// <summary>Every name declared anywhere inside, at any depth.</summary>
    public static IEnumerable<string> DeclaredIn(SyntaxNode node) =>
        node.DescendantNodesAndSelf().SelectMany(n => n switch
        {
            VariableDeclaratorSyntax v => [v.Identifier.ValueText],
            SingleVariableDesignationSyntax d => [d.Identifier.ValueText],
            ForEachStatementSyntax f => [f.Identifier.ValueText],
            CatchDeclarationSyntax c => [c.Identifier.ValueText],
            LocalFunctionStatementSyntax f => [f.Identifier.ValueText],
            ParameterSyntax p => [p.Identifier.ValueText],
            _ => Array.Empty<string>(),
        });

    /// <summary>Variables declared by patterns and out arguments, lambdas apart.</summary>
    private static IEnumerable<string> DesignatedIn(SyntaxNode node) =>
        node.DescendantNodes(n => n is not (AnonymousFunctionExpressionSyntax or BlockSyntax or StatementSyntax) || n == node)
            .OfType<SingleVariableDesignationSyntax>()
            .Select(d => d.Identifier.ValueText);

    private static bool IsTarget(ExpressionSyntax name) => name.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == name,
        ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax } tuple } => IsTarget(tuple),
        ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None),
        RefExpressionSyntax => true,
        PrefixUnaryExpressionSyntax prefix => prefix.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression or SyntaxKind.AddressOfExpression,
        PostfixUnaryExpressionSyntax postfix => !postfix.IsKind(SyntaxKind.SuppressNullableWarningExpression),
        ParenthesizedExpressionSyntax parenthesized => IsTarget(parenthesized),
        _ => false,
    };

    private static bool IsMemberName(IdentifierNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Name == name,
        MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax or QualifiedNameSyntax => true,
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax { RawKind: (int)SyntaxKind.ObjectInitializerExpression } } assignment =>
            assignment.Left == name,
        _ => false,
    };
}
