using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>What every small speller works with: the function as rules saw it, its text, and the plan it adds to.</summary>
internal sealed class SpelledFunction
{
    private readonly HashSet<Event> _removed = [];

    public SpelledFunction(Function function, CSpellingInput input, IReadOnlyList<Change> changes)
    {
        Function = function;
        Input = input;
        Changes = changes;
        Layout = CLayout.Of(input.File);
        var isBare = input.Style.BracesSingleStatements is { } braces ? !braces : Layout.BareSingleStatements;
        Plan = new EditPlan(Layout, isBare, input.Names.HasMacro, IsPure);
        foreach (var change in changes)
            _removed.UnionWith(RemovedBy(change));
    }

    public Function Function { get; }

    public CSpellingInput Input { get; }

    public IReadOnlyList<Change> Changes { get; }

    public CLayout Layout { get; }

    public EditPlan Plan { get; }

    /// <summary>The macros that the new text uses.</summary>
    public List<(string Macro, string? Header)> UsedMacros { get; } = [];

    /// <summary>The names of variables that the new text adds.</summary>
    public HashSet<string> AddedNames { get; } = new(StringComparer.Ordinal);

    /// <summary>Blocks that begin with a declaration more; the text is null where a statement became one.</summary>
    public List<(CompoundNode Block, string? Declaration)> Begun { get; } = [];

    /// <summary>Edits outside the function, of its own file and of others.</summary>
    public List<ElsewhereEdit> Outside { get; } = [];

    /// <summary>The names that these edits declare for other functions as well.</summary>
    public List<Claim> Claims { get; } = [];

    public FunctionNode? Node => Function.Origin.Syntax as FunctionNode;

    public bool IsVariableRemoved(Local local) => Changes.Any(c => c is RemoveVariable { Local: var l } && l == local);

    public bool IsRemoved(Event e) => _removed.Contains(e);

    /// <summary>The events that a piece of text causes.</summary>
    public IEnumerable<Event> EventsIn(TextSpan span) =>
        from e in Function.Graph.Events
        where !e.IsImplied && e.Origin.Syntax is Node node && span.Contains(node.Span)
        select e;

    /// <summary>Evaluating the expression does nothing that anybody could see.</summary>
    public bool IsPure(ExpressionNode expression) =>
        EventsIn(expression.Span).All(e => IsUnseen(e) || _removed.Contains(e))
        && !expression.DescendantsAndSelf.Any(n => n is StatementExpressionNode or AssignmentNode or UnaryNode { Operator: "++" or "--" });

    /// <summary>An event that does nothing outside the function's own unaliased locals.</summary>
    public static bool IsUnseen(Event e) => e switch
    {
        Call call => call.IsPure,
        Store store => store.Target is Local { IsTemporary: true },
        Load load => !load.IsVolatile,
        ScopeEnter or ScopeExit => true,
        _ => false,
    };

    /// <summary>The statement of a piece of the graph, if there is one.</summary>
    public static StatementNode? StatementOf(Origin origin) => origin.Syntax is Node node ? StatementOf(node) : null;

    public static StatementNode? StatementOf(Node node) => node as StatementNode ?? node.Ancestors.OfType<StatementNode>().FirstOrDefault();

    /// <summary>The list that a statement stands in; empty where it stands alone behind a condition.</summary>
    public static ImmutableArray<StatementNode> ListOf(StatementNode statement) => statement.Parent switch
    {
        CompoundNode block => block.Statements,
        ConditionalStatementNode choice => choice.Branches.Select(b => b.Statements).First(s => s.Contains(statement)),
        _ => [],
    };

    /// <summary>Every value that this function returns stands in parentheses.</summary>
    public bool ParenthesizesReturns => Opening.Length > 0;

    /// <summary>What stands between <c>return</c> and a value where this function always opens a parenthesis there; else empty.</summary>
    private string Opening => field ??= MeasuredOpening();

    /// <summary>A <c>return</c> as this function writes it.</summary>
    public string ReturnOf(string value) =>
        ParenthesizesReturns && !value.StartsWith('(') ? $"return{Opening}{value});" : $"return {value};";

    private string MeasuredOpening()
    {
        var values = Function.Graph.Events.OfType<EvaluateReturn>()
            .Select(e => e.Origin.Syntax).OfType<ReturnNode>().Where(r => r.Value is not null).ToList();
        return values.Count > 0 && values.All(r => r.Value is ParenthesizedNode)
            ? Layout.TextBetween(values[0].Span.Start + "return".Length, values[0].Value!.Span.Start) + "("
            : "";
    }

    private static IEnumerable<Event> RemovedBy(Change change) => change switch
    {
        RemoveStatement removal => [removal.Event],
        ScopeLocal scope => [.. scope.Releases, .. scope.Clearings],
        HoldLock hold => hold.Exits,
        _ => [],
    };
}
