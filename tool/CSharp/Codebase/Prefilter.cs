using System.Collections.Frozen;
using MigrateCleanup.CSharp.Flow;
using MigrateCleanup.Engine.Ownership;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Codebase;

/// <summary>
/// Whether a body holds anything that a rule or finding could look at, from its syntax alone: binding is nine tenths
/// of the cost of reading, and most bodies need none. It says yes when in doubt.
/// </summary>
internal sealed class Prefilter
{
    private const string Constructor = "..ctor";

    private readonly FrozenSet<string> _calls;
    private readonly FrozenSet<string> _creations;

    public Prefilter(Catalogue catalogue)
    {
        var names = catalogue.Resources
            .SelectMany(r => r.Acquirers.Select(a => a.Callee).Concat(r.Releasers.Select(x => x.Callee)))
            .ToArray();
        _calls = names.Where(n => !n.EndsWith(Constructor, StringComparison.Ordinal)).Select(LastName).ToFrozenSet(StringComparer.Ordinal);
        _creations = names.Where(n => n.EndsWith(Constructor, StringComparison.Ordinal))
            .Select(n => LastName(n[..^Constructor.Length])).ToFrozenSet(StringComparer.Ordinal);
    }

    public bool Accepts(FunctionSyntax function) => function.OwnNodes().Any(IsReason);

    private bool IsReason(SyntaxNode node) => node switch
    {
        GotoStatementSyntax => node.IsKind(SyntaxKind.GotoStatement),
        FinallyClauseSyntax => true,
        InvocationExpressionSyntax invocation => NameOf(invocation.Expression) is { } name && _calls.Contains(name),
        ObjectCreationExpressionSyntax creation => MayAcquire(creation),
        ImplicitObjectCreationExpressionSyntax => IsHeld(node),
        IdentifierNameSyntax { Identifier.Text: "OutOfMemoryException" } => true,
        _ => false,
    };

    private bool MayAcquire(ObjectCreationExpressionSyntax creation) =>
        (NameOf(creation.Type) is { } name && _creations.Contains(name)) || IsHeld(creation);

    /// <summary>
    /// A new object kept in a variable may be one to dispose: its type decides, which the syntax does not know. One
    /// that a using declaration holds is in good hands.
    /// </summary>
    private static bool IsHeld(SyntaxNode creation)
    {
        var holder = creation.Parent;
        while (holder is ParenthesizedExpressionSyntax or CastExpressionSyntax or ConditionalExpressionSyntax)
            holder = holder.Parent;

        return holder switch
        {
            EqualsValueClauseSyntax { Parent.Parent.Parent: UsingStatementSyntax } => false,
            EqualsValueClauseSyntax { Parent.Parent.Parent: LocalDeclarationStatementSyntax declaration } => declaration.UsingKeyword.IsKind(SyntaxKind.None),
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax } => true,
            _ => false,
        };
    }

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        SimpleNameSyntax name => name.Identifier.Text,
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.Text,
        _ => null,
    };

    private static string LastName(string callee) => callee[(callee.LastIndexOfAny(['.', ':']) + 1)..];
}
