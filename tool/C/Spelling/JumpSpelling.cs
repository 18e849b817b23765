using MigrateCleanup.C.Flow;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>Returns instead of jumps, and labels that nobody jumps to any more.</summary>
internal static class JumpSpelling
{
    /// <summary>
    /// <code>
    /// goto out; /* never seen */   →   return -1; /* never seen */
    /// </code>
    /// </summary>
    public static Refusal? Spell(Return change, SpelledFunction function)
    {
        if (SpelledFunction.StatementOf(change.Jump.Origin) is not GotoNode jump || ReturnText(change.Value, function) is not { } text)
            return CommonRefusals.NotSpelled;

        // What would return at the function's end without a value is not written there.
        if (change.Value is null && SpelledFunction.ListOf(jump) is var list && list.IndexOf(jump) is > 0 and var index
            && list[index - 1] is not LabelNode && EndsFunction(jump, list, index))
        {
            function.Plan.Remove(jump);
            return null;
        }

        function.Plan.Replace(jump, text);
        if (change.Value is not null)
            FallThroughSpelling.MarkBefore(jump, change.Jump.From, function);

        return null;
    }

    /// <summary>
    /// <code>
    /// return ret;   →   return 0;
    /// </code>
    /// </summary>
    public static Refusal? Spell(ReturnValue change, SpelledFunction function)
    {
        if (SpelledFunction.StatementOf(change.At.Origin) is not ReturnNode { Value: { } old }
            || ExpressionSpelling.Of(change.Value, function) is not { } text)
        {
            return CommonRefusals.NotSpelled;
        }

        function.Plan.Replace(old.Unwrapped, text);
        return null;
    }

    /// <summary>
    /// <code>
    /// ret = count(path);
    /// goto out;            →   return count(path);
    /// </code>
    /// </summary>
    public static Refusal? Spell(ReturnStored change, SpelledFunction function)
    {
        var layout = function.Layout;
        var store = SpelledFunction.StatementOf(change.Store.Origin);
        var end = change.Jump is { } jump ? SpelledFunction.StatementOf(jump.Origin) : change.At is { } at ? SpelledFunction.StatementOf(at.Origin) : null;
        var value = StoredValue(store);
        if (store is null || value is null or InitializerListNode)
            return CommonRefusals.StatementWorks;

        if (change.Store.Target is Local local && !ConvertsAlike(local, change.Store.Value, function))
            return CommonRefusals.ConversionDiffers;

        // Under other conditions, what stands between the value and its return may run between them.
        if (end is not null && layout.HasCondition(store.Span.End, end.Span.Start))
            return CommonRefusals.DirectiveInside;

        if (end is not null && MovesDown(store, value, end, layout))
        {
            function.Plan.Remove(store);
            function.Plan.Replace(end, function.ReturnOf(layout.TextOf(layout.IsOnOneLine(value) ? value.Unwrapped : value)));
            return null;
        }

        if (end is not null)
            function.Plan.Remove(end);

        if ((function.ParenthesizesReturns || value is ParenthesizedNode) && layout.IsOnOneLine(store))
            function.Plan.Replace(store, function.ReturnOf(layout.TextOf(value.Unwrapped)));
        else
            function.Plan.ReplaceStart(store, value.Span.Start, "return ");

        return null;
    }

    public static Refusal? Spell(RemoveLabel change, SpelledFunction function)
    {
        if (change.Label.Origin.Syntax is not LabelNode label)
            return CommonRefusals.NotSpelled;

        function.Plan.Remove(label);
        var list = SpelledFunction.ListOf(label);
        var index = list.IndexOf(label);
        while (index + 1 < list.Length && list[index + 1] is LabelNode)
            index++;

        if (index + 1 < list.Length && list[index + 1] is { } next && (next is ExpressionStatementNode { Expression: null } || (next is ReturnNode { Value: null } && EndsFunction(next, list, index))))
            function.Plan.Remove(next);

        return index + 1 < list.Length ? LabelComments.Move(change, list[index + 1], function) : null;
    }

    public static Refusal? Spell(RemoveJump change, SpelledFunction function)
    {
        if (SpelledFunction.StatementOf(change.Jump.Origin) is not GotoNode jump)
            return CommonRefusals.NotSpelled;

        function.Plan.Remove(jump);
        return null;
    }

    private static string? ReturnText(Expression? value, SpelledFunction function)
    {
        if (value is null)
            return "return;";

        return ExpressionSpelling.Of(value, function) is { } text ? function.ReturnOf(text) : null;
    }

    private static ExpressionNode? StoredValue(StatementNode? store) => store switch
    {
        ExpressionStatementNode { Expression: AssignmentNode { Operator: "=" } assignment } => assignment.Value,
        DeclarationStatementNode { Declaration.Declarators: [{ Initializer: { } initial }] } => initial,
        _ => null,
    };

    /// <summary>
    /// Returning the value at once converts it as storing it first would: the variable has the function's type, or
    /// that of the variable whose value it gets; or the value is a constant.
    /// </summary>
    private static bool ConvertsAlike(Local local, Expression value, SpelledFunction function)
    {
        if (value is Constant || function.Node is not { } node)
            return true;

        var returned = node.Specifiers.Type + (node.Declarator.Pointers > 0 ? " " + new string('*', node.Declarator.Pointers) : "");
        return local.Type.Length == 0
            || (value is Read { Place: Local { IsTemporary: false } from } && Types.IsPlain(local.Type) && CTypeText.Normal(from.Type) == CTypeText.Normal(local.Type))
            || CTypeText.Normal(local.Type) == CTypeText.Normal(returned)
            || (local.Type.Contains('*', StringComparison.Ordinal) && returned.Contains('*', StringComparison.Ordinal));
    }

    /// <summary>
    /// The return stands where the store stood. Where a comment lies between the two, or trails the second, it would then
    /// come to stand behind the return: the return moves down to where the jump or the old return stood.
    /// </summary>
    private static bool MovesDown(StatementNode store, ExpressionNode value, StatementNode end, CLayout layout)
    {
        if (store.Parent != end.Parent || !layout.IsOnOneLine(value))
            return false;

        var from = layout.EndOf(layout.LineOf(store.Span.End));
        var to = layout.EndOf(layout.LineOf(end.Span.End));
        return from < to && layout.Comments(TextSpan.FromBounds(from, to)).Any();
    }

    /// <summary>The last statement of a function, where nothing needs one behind it: a <c>return;</c> says nothing there.</summary>
    private static bool EndsFunction(StatementNode statement, IReadOnlyList<StatementNode> list, int label) =>
        statement.Parent is CompoundNode { Parent: null or FunctionNode } block
        && block.Statements[^1] == statement
        && label > 0 && list[label - 1] is not CaseNode;
}
