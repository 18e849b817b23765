using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// The question by which a value is released if it is of a type that can be, as it stands in a <c>finally</c>:
/// <code>
/// (x as IDisposable)?.Dispose();
/// if (x is IDisposable d) d.Dispose();
/// var d = x as IDisposable; if (d != null) d.Dispose();
/// </code>
/// </summary>
/// <param name="Text">As the head of a scope asks it: <c>x as IDisposable</c>.</param>
/// <param name="Variable">The variable that holds the answer; null where none does.</param>
/// <param name="Declaration">The statement that declares it, where it has one of its own.</param>
internal sealed record AskedType(string Text, string? Variable = null, LocalDeclarationStatementSyntax? Declaration = null)
{
    /// <summary>Null where the question is written in another way.</summary>
    public static AskedType? Of(SyntaxNode? release)
    {
        var call = release?.FirstAncestorOrSelf<InvocationExpressionSyntax>();
        var receiver = call?.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Expression,
            MemberBindingExpressionSyntax => call.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression,
            _ => null,
        };
        while (receiver is ParenthesizedExpressionSyntax parenthesized)
            receiver = parenthesized.Expression;

        return receiver switch
        {
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AsExpression } => new AskedType(receiver.ToString()),
            IdentifierNameSyntax name => ByVariable(name.Identifier.ValueText, name.FirstAncestorOrSelf<FinallyClauseSyntax>()),
            _ => null,
        };
    }

    private static AskedType? ByVariable(string name, FinallyClauseSyntax? within) => within?.DescendantNodes().Select(n => n switch
    {
        VariableDeclaratorSyntax
        {
            Initializer.Value: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AsExpression } value,
            Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax declaration },
        } declarator when declarator.Identifier.ValueText == name => new AskedType(value.ToString(), name, declaration),
        DeclarationPatternSyntax { Parent: IsPatternExpressionSyntax test, Designation: SingleVariableDesignationSyntax designation } pattern
            when designation.Identifier.ValueText == name => new AskedType($"{test.Expression} as {pattern.Type}", name),
        _ => null,
    }).FirstOrDefault(a => a is not null);
}
