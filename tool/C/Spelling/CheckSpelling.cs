using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>Checks whose outcome is known, and checks for lack of memory behind an allocator that can be replaced.</summary>
internal static class CheckSpelling
{
    /// <summary>
    /// <code>
    /// if (!p || !q) A;           →   if (!q) A;
    /// if (!p) { A; } else { B; } →   B;
    /// </code>
    /// </summary>
    public static Refusal? Spell(RemoveCheck change, SpelledFunction function) => Known(change.Branch, change.Kept, function);

    /// <summary>
    /// <code>
    /// p = malloc(n);
    /// if (!p) goto no_memory;   →   p = g_malloc(n);
    /// </code>
    /// </summary>
    public static Refusal? Spell(FailFast change, SpelledFunction function)
    {
        if (change.Branch.Origin.Syntax is not ExpressionNode condition)
            return CommonRefusals.NotSpelled;

        if (AllocationIn(condition, function) is not { } allocation
            || function.Input.Style.FailFast.FirstOrDefault(f => f.Call == allocation.Call.Name) is not { } form)
        {
            return SpellingRefusals.NeedsReplacement;
        }

        var replacement = form.Text[..form.Text.IndexOf('(', StringComparison.Ordinal)];
        if (IncludeSpelling.IsOfMissingLibrary(replacement, function.Input.File.Path, function.Input))
            return SpellingRefusals.NeedsReplacement;

        function.UsedMacros.Add((replacement, null));

        if (form.Assigns is { } assigned)
            return Assigning(form, allocation.Call, assigned, change.Branch, condition, !change.When, function);

        if (RenamingOf(form, allocation.Call) is { } name)
            CallSpelling.Rename(allocation.Call, name, function);
        else
            function.Plan.Replace(allocation.Call, Filled(form, allocation.Call, function));

        if (Renamed(form, allocation.Local, function) is { } refusal)
            return refusal;

        return condition.Span.Contains(allocation.Call.Span)
            ? Separated(condition, !change.When, function)
            : Known(change.Branch, !change.When, function);
    }

    /// <summary>
    /// <code>
    /// if (asprintf(&amp;s, "%d", n) &lt; 0)   →   s = g_strdup_printf("%d", n);
    ///     return -1;
    /// </code>
    /// </summary>
    private static Refusal? Assigning(FailFastForm form, CallNode call, int assigned, Branch branch, ExpressionNode condition, bool value, SpelledFunction function)
    {
        var isStored = !condition.Span.Contains(call.Span);
        StatementNode? place = isStored ? SpelledFunction.StatementOf(call) : IfOf(condition, ref value);
        var given = call.Arguments.ElementAtOrDefault(assigned)?.Unwrapped;
        if ((given is UnaryNode { Operator: "&", Operand: var operand } ? operand : given) is not NameNode target
            || call.Arguments.Length < assigned + (form.Text.Contains(Rest, StringComparison.Ordinal) ? 2 : 1) || place is null
            || (isStored && !IsStoredBy(place, call))
            || function.EventsIn(condition.Span).Any(e => !call.Span.Contains(e.Origin.Span) && !SpelledFunction.IsUnseen(e))
            || function.EventsIn(call.Span).OfType<Call>().FirstOrDefault(c => c.Origin.Syntax == call)?.Arguments[assigned].Target is not Local local)
        {
            return CommonRefusals.GuardWorks;
        }

        if (Renamed(form, local, function) is { } refusal)
            return refusal;

        if (Assignment(form, call, target.Name, local, assigned, place, function) is not { } text)
            return SpellingRefusals.NeedsReplacement;

        if (place is not IfNode check)
        {
            function.Plan.Replace(place, text + ";");
            return Known(branch, value, function);
        }

        if ((value ? check.Then : check.Else) is { } kept)
        {
            function.Plan.Unwrap(check, kept, text + ";");
            return null;
        }

        function.Plan.Replace(call, text);
        function.Plan.Reduce(check, call);
        return null;
    }

    /// <summary>The new call, given to the variable; null where the form needs a type that is not known.</summary>
    private static string? Assignment(FailFastForm form, CallNode call, string target, Local local, int assigned, StatementNode place, SpelledFunction function)
    {
        const string Pointee = "{pointee}";
        var layout = function.Layout;
        var written = $"{target} = {layout.Calls.Of(form.Text)}";
        if (written.Contains(Pointee, StringComparison.Ordinal))
        {
            if ((CTypeText.Pointee(local.Type) ?? function.Input.Names.PointeeOf(CTypeText.Normal(local.Type))) is not { } pointee)
                return null;

            written = written.Replace(Pointee, pointee, StringComparison.Ordinal);
        }

        var at = written.IndexOf(Rest, StringComparison.Ordinal);
        if (at < 0)
            return written;

        var rest = TextSpan.FromBounds(call.Arguments[assigned + 1].Span.Start, call.Arguments[^1].Span.End);
        var moved = Alignment.TextAt(layout, rest, call.Arguments[0].Span.Start, layout.ColumnOf(place.Span.Start) + at);
        return written[..at] + moved + written[(at + Rest.Length)..];
    }

    private static bool IsStoredBy(StatementNode statement, CallNode call) =>
        statement is ExpressionStatementNode { Expression: AssignmentNode { Operator: "=", Target: NameNode } assignment } && assignment.Value.Unwrapped == call;

    private const string Rest = "{rest}";

    /// <summary>The <c>if</c> that a condition, or its denial, is the whole condition of; what decides is turned round with each denial.</summary>
    private static IfNode? IfOf(ExpressionNode condition, ref bool value)
    {
        var whole = condition;
        while (whole.Parent is ParenthesizedNode or UnaryNode { Operator: "!" })
        {
            value ^= whole.Parent is UnaryNode;
            whole = (ExpressionNode)whole.Parent;
        }

        return whole.Parent is IfNode { Parent: CompoundNode or ConditionalStatementNode } check ? check : null;
    }

    private static Refusal? Known(Branch branch, bool value, SpelledFunction function)
    {
        if (branch.Origin.Syntax is not ExpressionNode condition)
            return CommonRefusals.NotSpelled;

        if (!function.IsPure(condition))
            return Separated(condition, value, function);

        var known = new Dictionary<Node, bool>();
        foreach (var change in function.Changes)
        {
            var (part, holds) = change switch
            {
                RemoveCheck c => (c.Branch.Origin.Syntax as ExpressionNode, c.Kept),
                FailFast f => (f.Branch.Origin.Syntax as ExpressionNode, !f.When),
                _ => default,
            };
            if (part is not null)
                known[part] = holds;
        }

        return function.Plan.Decide(condition, known);
    }

    /// <summary>
    /// A condition that assigns what it tests keeps the assignment; what it decides is known to be <paramref name="value"/>:
    /// <code>
    /// if (!(p = xmalloc(n))) goto out;   →   p = xmalloc(n);
    /// </code>
    /// </summary>
    private static Refusal? Separated(ExpressionNode condition, bool value, SpelledFunction function)
    {
        if (IfOf(condition, ref value) is not { } check)
            return CommonRefusals.GuardWorks;

        var assignments = condition.DescendantsAndSelf.OfType<AssignmentNode>().ToList();
        if (assignments is not [{ Operator: "=" } assignment]
            || function.EventsIn(TextSpan.FromBounds(condition.Span.Start, assignment.Span.Start)).Any(e => !SpelledFunction.IsUnseen(e))
            || function.EventsIn(TextSpan.FromBounds(assignment.Span.End, condition.Span.End)).Any(e => !SpelledFunction.IsUnseen(e)))
        {
            return CommonRefusals.GuardWorks;
        }

        if ((value ? check.Then : check.Else) is { } kept)
            function.Plan.Unwrap(check, kept, function.Layout.TextOf(assignment) + ";");
        else
            function.Plan.Reduce(check, assignment);

        return null;
    }

    private static (CallNode Call, Local? Local)? AllocationIn(ExpressionNode condition, SpelledFunction function)
    {
        if (condition.DescendantsAndSelf.OfType<CallNode>().FirstOrDefault(c => IsReplaced(c, function)) is { } inside)
            return (inside, TargetOf(inside, function));

        // The call whose result the condition tests: the last one before it in the same list.
        var name = condition.DescendantsAndSelf.OfType<NameNode>().Select(n => n.Name).FirstOrDefault();
        if (SpelledFunction.StatementOf(condition) is not { } check)
            return null;

        var list = SpelledFunction.ListOf(check);
        var index = list.IndexOf(check);
        for (var i = index - 1; i >= 0; i--)
        {
            var call = list[i].DescendantsAndSelf.OfType<CallNode>().FirstOrDefault(c => IsReplaced(c, function));
            if (call is not null && TargetOf(call, function) is { } target && target.Name == name)
                return (call, target);
        }

        return null;
    }

    private static bool IsReplaced(CallNode call, SpelledFunction function) =>
        function.Input.Style.FailFast.Any(f => f.Call == call.Name);

    private static Local? TargetOf(CallNode call, SpelledFunction function)
    {
        var result = function.EventsIn(call.Span).OfType<Call>().FirstOrDefault(c => c.Origin.Syntax == call)?.Result;
        return result is { IsTemporary: true }
            ? function.Function.Graph.Events.OfType<Store>().FirstOrDefault(s => Access.Reads(s.Value).Contains(result))?.Target as Local
            : result;
    }

    /// <summary>The name of a call that takes the very arguments of the old one; null where it takes others.</summary>
    private static string? RenamingOf(FailFastForm form, CallNode call) =>
        form.Text.IndexOf('(', StringComparison.Ordinal) is > 0 and var open
        && form.Text[open..] == "(" + string.Join(", ", Enumerable.Range(0, call.Arguments.Length).Select(i => $"{{{i}}}")) + ")"
            ? form.Text[..open]
            : null;

    private static string Filled(FailFastForm form, CallNode call, SpelledFunction function)
    {
        var text = function.Layout.Calls.Of(form.Text);
        for (var i = 0; i < call.Arguments.Length; i++)
            text = text.Replace($"{{{i}}}", function.Layout.TextOf(call.Arguments[i]), StringComparison.Ordinal);

        return text;
    }

    /// <summary>The value is returned, or stored where others find it, or where another variable brings it to its release.</summary>
    private static bool IsHandedOut(Event @event, Local local) => @event switch
    {
        EvaluateReturn { Value: { } value } => IsItself(value, local),
        Store { Value: var value } => IsItself(value, local),
        _ => false,
    };

    private static bool IsItself(Expression value, Local local) => value switch
    {
        Read { Place: Local read } => read == local,
        Operation { Operator: ['(', ..], Operands: [var operand] } => IsItself(operand, local),
        _ => false,
    };

    /// <summary>What releases memory of the old allocator is called by the name that fits the new one.</summary>
    private static Refusal? Renamed(FailFastForm form, Local? local, SpelledFunction function)
    {
        if (form.Releasers.IsEmpty)
            return null;

        if (local is null)
            return SpellingRefusals.NeedsReplacement;

        var graph = function.Function.Graph;
        if (graph.Events.Any(e => IsHandedOut(e, local) || (IsShown(e) && Paths.Returns(graph, graph.After(e), IsReleased))))
            return SpellingRefusals.FreedElsewhere;

        foreach (var call in graph.Events.OfType<Call>())
        {
            if (call.Origin.Syntax is CallNode { Callee: var callee } && IsReleased(call) && form.Releasers.TryGetValue(call.Callee.Name, out var name))
                function.Plan.Replace(callee, name);
        }

        return null;

        bool IsReleased(Event @event) =>
            @event is Call call && (form.Releasers.ContainsKey(call.Callee.Name) || form.Releasers.Values.Contains(call.Callee.Name))
            && call.Arguments.Any(a => (a.Local ?? a.Target) == local);

        // A call that is not known may keep what it is given: the function has it for certain where it releases it itself.
        bool IsShown(Event @event) =>
            @event is Call { IsPure: false } call && !IsReleased(call) && call.Arguments.Any(a => a.Passing == Passing.Value && IsItself(a.Value, local));
    }
}
