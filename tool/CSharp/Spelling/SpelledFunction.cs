using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.CSharp.Spelling;

using TextSpan = Microsoft.CodeAnalysis.Text.TextSpan;

/// <summary>What every small speller works with: the function as rules saw it, its meaning, and the plan it adds to.</summary>
internal sealed class SpelledFunction
{
    private readonly HashSet<Event> _removed = [];

    public SpelledFunction(Function function, SpellingContext context, IReadOnlyList<Change> changes)
    {
        Function = function;
        Context = context;
        Changes = changes;
        Layout = SourceLayout.Of(Tree);
        Plan = new EditPlan(Layout, IsPure);
        foreach (var change in changes)
        {
            if (change is RemoveStatement { Event: var removed })
                _removed.Add(removed);
        }
    }

    public Function Function { get; }

    public SpellingContext Context { get; }

    public SyntaxTree Tree => Context.Primary.Tree;

    public SemanticModel Model => Context.Primary.Model;

    public IReadOnlyList<Change> Changes { get; }

    public SourceLayout Layout { get; }

    public EditPlan Plan { get; }

    public bool IsVariableRemoved(Local local) => Changes.Any(c => c is RemoveVariable { Local: var l } && l == local);

    /// <summary>The events that a piece of text causes.</summary>
    public IEnumerable<Event> EventsIn(TextSpan span) =>
        from e in Function.Graph.Events
        where !e.IsImplied && e.Origin.Syntax is SyntaxNode node && node.SyntaxTree == Tree && span.Contains(node.Span)
        select e;

    /// <summary>Evaluating the expression does nothing that anybody could see.</summary>
    public bool IsPure(ExpressionSyntax expression) =>
        EventsIn(expression.Span).All(e => IsUnseen(e) || _removed.Contains(e))
        && !expression.DescendantNodesAndSelf().Any(n => n is AwaitExpressionSyntax);

    /// <summary>An event that does nothing outside the function's own unaliased locals.</summary>
    public static bool IsUnseen(Event e) => e switch
    {
        Call call => call.IsPure,
        Store store => store.Target is Local { IsTemporary: true },
        Load load => !load.IsVolatile,
        ScopeEnter or ScopeExit => true,
        _ => false,
    };

    /// <summary>The statement of an event, if there is one in this tree.</summary>
    public StatementSyntax? StatementOf(Event e) => StatementOf(e.Origin);

    public StatementSyntax? StatementOf(Origin origin) =>
        (origin.Syntax as SyntaxNode)?.FirstAncestorOrSelf<StatementSyntax>();

    /// <summary>The type that a <c>return</c> at this node must give; null for none, and where it is inferred.</summary>
    public ITypeSymbol? ReturnTypeAt(SyntaxNode node)
    {
        var owner = node.FirstAncestorOrSelf<SyntaxNode>(n =>
            n is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax);
        var symbol = owner switch
        {
            null => null,
            AnonymousFunctionExpressionSyntax => Model.GetSymbolInfo(owner).Symbol as IMethodSymbol,
            _ => Model.GetDeclaredSymbol(owner) as IMethodSymbol,
        };
        if (symbol is null || symbol.ReturnsVoid)
            return null;

        return symbol is { IsAsync: true, ReturnType: INamedTypeSymbol task }
            ? task.TypeArguments.FirstOrDefault()
            : symbol.ReturnType;
    }

    /// <summary>The function is an iterator: it ends with <c>yield break</c>.</summary>
    public bool IsIterator => Function.Traits.HasFlag(FunctionTraits.Iterator);

    public ImmutableArray<Event> RemovedIn(TextSpan span) => [.. EventsIn(span).Where(_removed.Contains)];

    public bool IsRemoved(Event e) => _removed.Contains(e);
}
