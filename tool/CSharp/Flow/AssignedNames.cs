using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>What an expression assigns that stands where something is assigned, or lent to be: names, whosever they are.</summary>
internal static class AssignedNames
{
    /// <summary>All parts of a tuple, and the last name of a path.</summary>
    public static IEnumerable<string> Of(ExpressionSyntax target) => target switch
    {
        TupleExpressionSyntax tuple => tuple.Arguments.SelectMany(a => Of(a.Expression)),
        ParenthesizedExpressionSyntax inner => Of(inner.Expression),
        ConditionalExpressionSyntax choice => Of(choice.WhenTrue).Concat(Of(choice.WhenFalse)),
        PostfixUnaryExpressionSyntax unary => Of(unary.Operand),
        CastExpressionSyntax cast => Of(cast.Expression),
        RefExpressionSyntax reference => Of(reference.Expression),
        MemberAccessExpressionSyntax member => [member.Name.Identifier.ValueText],
        MemberBindingExpressionSyntax member => [member.Name.Identifier.ValueText],
        IdentifierNameSyntax name => [name.Identifier.ValueText],
        _ => [],
    };
}
