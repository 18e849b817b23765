using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.C.Spelling;

/// <summary>A statement that releases at the end of the block, and where it stands.</summary>
internal static class DeferSpelling
{
    /// <summary>
    /// Where the value is there on every way on, behind what asks whether it is:
    /// <code>
    /// FILE *f;                      FILE *f = fopen(path, "r");
    /// f = fopen(path, "r");         if (!f)
    /// if (!f)                   →       return -1;
    ///     return -1;                defer fclose(f);
    /// ...                           ...
    /// </code>
    /// Else behind the declaration of a variable that is empty there.
    /// </summary>
    /// <param name="change">What is scoped.</param>
    /// <param name="declaration">Its declaration.</param>
    /// <param name="choice">The form, with its holes filled.</param>
    /// <param name="assignment">The acquisition, where it may become the declaration; null for none.</param>
    /// <param name="function">The function.</param>
    public static Refusal? Spell(ScopeLocal change, Declaration declaration, ScopeChoice choice, AssignmentNode? assignment, SpelledFunction function)
    {
        if (change.Into is { } inner)
            return SpellInner(change, declaration, choice, inner.Origin.Syntax as Node, function);

        if (Place(change, declaration.Statement.Parent) is { } place && IsFree(place, function) && IsBehind(place, change))
            return assignment is not null && ScopeSpelling.Move(declaration, assignment, null, function) is { } refusal ? refusal : Put(place, Text(change, choice, IsEmptied(change, function)), function);

        if (choice.Form.Value == ScopedValue.Structure)
            return CommonRefusals.DeclarationShape;

        if (declaration.Declarator.Initializer is null)
            function.Plan.Declarations.Initialise(declaration.Declarator, choice.Form.Empty);

        return Put(Behind(change, declaration), Text(change, choice, mayBeEmpty: true), function);
    }

    /// <summary>
    /// A variable of one turn of a loop is declared where it gets its value:
    /// <code>
    /// char *s;                        for (...) {
    /// for (...) {                         char *s = name_of(i);
    ///     s = name_of(i);       →         defer free(s);
    ///     use(s);                         use(s);
    ///     free(s);                    }
    /// }
    /// </code>
    /// </summary>
    private static Refusal? SpellInner(ScopeLocal change, Declaration declaration, ScopeChoice choice, Node? block, SpelledFunction function)
    {
        if (block is null || Place(change, block) is not { } place || !IsFree(place, function)
            || change.Acquisitions[0].Origin.Syntax is not Node acquired
            || acquired.Ancestors.Prepend(acquired).OfType<ExpressionStatementNode>().FirstOrDefault() is not { Expression: AssignmentNode { Operator: "=", Target: NameNode } assignment } statement
            || statement.Parent != block
            || block.DescendantsAndSelf.OfType<NameNode>().Any(n => n.Name == change.Local.Name && n.Span.Start < statement.Span.Start))
        {
            return CommonRefusals.DeclarationShape;
        }

        return ScopeSpelling.Move(declaration, assignment, null, function) ?? Put(place, Text(change, choice, IsEmptied(change, function)), function);
    }

    /// <summary>The statement beside the declaration behind which the value is there; null for none.</summary>
    private static StatementNode? Place(ScopeLocal change, Node? block)
    {
        var name = change.Local.Name;
        var statements = change.Acquisitions
            .Select(a => a.Origin.Syntax as Node)
            .Select(n => n is null ? null : n.Ancestors.Prepend(n).OfType<StatementNode>().FirstOrDefault(s => s.Parent == block))
            .Distinct()
            .ToList();
        return statements switch
        {
            [IfNode { Else: null } check] => Leaves(check, change) && AsksForNothing(check.Condition, n => Gives(n, name)) ? check : null,
            [DeclarationStatementNode or ExpressionStatementNode { Expression: AssignmentNode { Target: NameNode } }] when Check(statements[0]!, change) is { } check => check,
            [DeclarationStatementNode or ExpressionStatementNode] when change.Releaser.IgnoresEmpty => statements[0],
            _ => null,
        };
    }

    /// <summary>What follows at once, and leaves where there is no value.</summary>
    private static IfNode? Check(StatementNode acquired, ScopeLocal change)
    {
        var list = SpelledFunction.ListOf(acquired);
        var index = list.IndexOf(acquired);
        return index >= 0 && index + 1 < list.Length && list[index + 1] is IfNode { Else: null } check && Leaves(check, change)
            && AsksForNothing(check.Condition, n => IsName(n, change.Local.Name))
            ? check
            : null;
    }

    /// <summary>
    /// The last of the statements at the top that it has to be behind: its declaration, and, where it is to be released before
    /// another, that one's with what is deferred there.
    /// </summary>
    private static StatementNode Behind(ScopeLocal change, Declaration declaration)
    {
        var place = declaration.Statement;
        if (change.Behind is null || Declaration.Of(change.Behind) is not { Statement: var other } || other.Parent != place.Parent)
            return place;

        var list = SpelledFunction.ListOf(place);
        var end = Math.Max(list.IndexOf(place), list.IndexOf(other));
        while (end + 1 < list.Length && list[end + 1] is DeferNode)
            end++;

        return list[end];
    }

    /// <summary>It leaves, and releases nothing on the way.</summary>
    private static bool Leaves(IfNode check, ScopeLocal change) =>
        Leaves(check.Then) && !change.Releases.Any(r => check.Then.Span.Contains(r.Origin.Span));

    private static bool Leaves(StatementNode statement) => statement switch
    {
        CompoundNode { Statements: [.., var last] } => Leaves(last),
        GotoNode or ReturnNode or BreakNode => true,
        _ => false,
    };

    private static bool AsksForNothing(ExpressionNode condition, Func<ExpressionNode, bool> isMeant) => condition.Unwrapped switch
    {
        UnaryNode { Operator: "!", Operand: var operand } => isMeant(operand),
        BinaryNode { Operator: "==", Left: var left, Right: var right } => (isMeant(left) && IsConstant(right)) || (isMeant(right) && IsConstant(left)),
        BinaryNode { Operator: "<", Left: var left, Right: LiteralNode { Text: "0" } } => isMeant(left),
        _ => false,
    };

    /// <summary>It assigns the variable, or is a call that does.</summary>
    private static bool Gives(ExpressionNode node, string name) => node.Unwrapped switch
    {
        AssignmentNode { Target: var target } => IsName(target, name),
        CallNode call => call.Arguments.Any(a => a.Unwrapped is UnaryNode { Operator: "&", Operand: var operand } && IsName(operand, name)),
        _ => false,
    };

    private static bool IsName(ExpressionNode node, string name) => node.Unwrapped is NameNode { Name: var other } && other == name;

    private static bool IsConstant(ExpressionNode node) => node.Unwrapped is LiteralNode or NameNode { Name: "NULL" } or UnaryNode { Operator: "-", Operand: LiteralNode };

    /// <summary>A statement can stand behind it, control comes there, and no jump that stays comes past it.</summary>
    private static bool IsFree(StatementNode place, SpelledFunction function) =>
        !function.Changes.OfType<ReturnStored>().Any(r => place.Span.Contains(r.Store.Origin.Span))
        && function.Layout.StartsLine(place.Span.Start) && function.Layout.EndsLine(place.Span.End)
        && ScopeSpelling.CrossedAt(place.Span.End, place, function) is null;

    /// <summary>What it is to be released before is deferred already, before this place.</summary>
    private static bool IsBehind(StatementNode place, ScopeLocal change) =>
        change.Behind is not { Name: var name } || SpelledFunction.ListOf(place).Any(s => s is DeferNode && s.Span.End < place.Span.Start
            && s.DescendantsAndSelf.Any(n => n is NameNode { Name: var other } && other == name));

    /// <summary>Who else took the value, and the variable is empty from then on.</summary>
    private static bool IsEmptied(ScopeLocal change, SpelledFunction function) =>
        function.Changes.OfType<Empty>().Any(e => e.Local == change.Local);

    /// <summary>The statement; null where it would release nothing, and the releaser minds, and no form tests for that.</summary>
    private static string? Text(ScopeLocal change, ScopeChoice choice, bool mayBeEmpty) => change.Releaser.IgnoresEmpty || !mayBeEmpty
        ? choice.For(change.Local.Name)
        : choice.Guarded?.Replace(ScopeChoice.Name, change.Local.Name, StringComparison.Ordinal);

    private static Refusal? Put(StatementNode place, string? text, SpelledFunction function)
    {
        if (text is null)
            return SpellingRefusals.Unguarded;

        var layout = function.Layout;
        if (!layout.StartsLine(place.Span.Start))
            return CommonRefusals.DeclarationShape;

        function.Plan.Edit(place, layout.LineBehind(place.Span, layout.IndentationAt(place.Span.Start) + layout.Calls.Of(text)));
        return null;
    }
}
