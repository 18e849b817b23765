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

    public Prefilter(Catalogue catalogue)
    {
        var names = catalogue.Resources
            .SelectMany(r => r.Acquirers.Select(a => a.Callee).Concat(r.Releasers.Select(x => x.Callee)))
            .ToLookup(n => n.EndsWith(Constructor, StringComparison.Ordinal));
        _calls = names[false].Select(LastName).ToFrozenSet(StringComparer.Ordinal);
        Types = new AcquiringTypes(names[true].Select(n => n[..^Constructor.Length]).ToFrozenSet(StringComparer.Ordinal));
    }

    /// <summary>The types of which a new object is a resource.</summary>
    public AcquiringTypes Types { get; }

    /// <param name="function">The function.</param>
    /// <param name="isResource">Whether a type of this simple name may be one of <see cref="Types"/>.</param>
    public bool Accepts(FunctionSyntax function, Func<string, bool> isResource) => function.OwnNodes().Any(n => IsReason(n, isResource));

    private bool IsReason(SyntaxNode node, Func<string, bool> isResource) => node switch
    {
        GotoStatementSyntax => node.IsKind(SyntaxKind.GotoStatement),
        FinallyClauseSyntax => true,
        InvocationExpressionSyntax invocation => NameOf(invocation.Expression) is { } name && _calls.Contains(name),
        BaseObjectCreationExpressionSyntax creation => IsHeld(creation) && MayAcquire(creation, isResource),
        IdentifierNameSyntax { Identifier.Text: "OutOfMemoryException" } => true,
        _ => false,
    };

    private static bool MayAcquire(BaseObjectCreationExpressionSyntax creation, Func<string, bool> isResource)
    {
        var type = creation is ObjectCreationExpressionSyntax named
            ? named.Type
            : (creation.Parent?.Parent?.Parent as VariableDeclarationSyntax)?.Type;
        while (type is NullableTypeSyntax nullable)
            type = nullable.ElementType;

        return type is null || NameOf(type) is not { } name || isResource(name) || IsAlias(name, creation);
    }

    private static bool IsAlias(string name, SyntaxNode node) =>
        node.SyntaxTree.GetRoot() is CompilationUnitSyntax unit
        && unit.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<UsingDirectiveSyntax>()
            .Any(u => u.Alias?.Name.Identifier.Text == name);

    /// <summary>
    /// Kept in a variable, or by nobody: dropped, or asked for something in passing. One that a using declaration holds is in
    /// good hands, and so is one that goes straight to a caller or callee.
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
            MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax } or ExpressionStatementSyntax => true,
            _ => false,
        };
    }

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        PredefinedTypeSyntax type => type.Keyword.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.Text,
        _ => null,
    };

    private static string LastName(string callee) => callee[(callee.LastIndexOfAny(['.', ':']) + 1)..];
}
