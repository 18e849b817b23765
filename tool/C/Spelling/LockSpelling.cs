using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>Locks that a guard holds to the end of its block.</summary>
internal static class LockSpelling
{
    private const string Name = "{name}";

    /// <summary>
    /// <code>
    /// g_mutex_lock(&amp;m);     →   g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&amp;m);
    /// ...                      ...
    /// g_mutex_unlock(&amp;m);
    /// </code>
    /// </summary>
    public static Refusal? Spell(HoldLock change, SpelledFunction function)
    {
        var style = function.Input.Style;
        var form = style.Locks.FirstOrDefault(l =>
            l.Enters.Contains(change.Enter.Callee.Name, StringComparer.Ordinal)
            && change.Exits.All(e => l.Exits.Contains(e.Callee.Name, StringComparer.Ordinal))
            && (l.Macro is null || function.Input.Names.HasMacro(l.Macro)));
        if (form is null)
            return SpellingRefusals.NeedsMacro;

        if (change.Enter.Origin.Syntax is not CallNode call
            || call.Parent is not ExpressionStatementNode statement
            || statement.Parent is not (CompoundNode or ConditionalStatementNode)
            || change.Flag is not null)
        {
            return SpellingRefusals.StatementWorks;
        }

        foreach (var exit in change.Exits.DistinctBy(e => e.Origin))
        {
            if (RemovalSpelling.Remove(exit, function) is { } refusal)
                return refusal;
        }

        if (form.Macro is { } macro)
            function.UsedMacros.Add((macro, form.Header));

        var locked = call.Arguments.IsEmpty ? "" : function.Layout.TextOf(call.Arguments[0]);
        return change.Extent == ScopeExtent.Block
            ? Declare(form, locked, statement, function)
            : Enclose(form, locked, statement, change, function);
    }

    private static Refusal? Declare(LockForm form, string locked, ExpressionStatementNode statement, SpelledFunction function)
    {
        var list = SpelledFunction.ListOf(statement);
        var index = list.IndexOf(statement);
        if (index > 0 && list[index - 1] is LabelNode or CaseNode)
            return SpellingRefusals.DeclaredInSwitch;

        var text = form.Text.Replace("{lock}", locked, StringComparison.Ordinal).Replace(Name, FreeName(form, function), StringComparison.Ordinal);
        function.Plan.Replace(statement, text + ";");
        return null;
    }

    /// <summary>
    /// <code>
    /// lock(&amp;m);            WITH_LOCK_GUARD(&amp;m) {
    /// a++;             →       a++;
    /// unlock(&amp;m);          }
    /// </code>
    /// </summary>
    private static Refusal? Enclose(LockForm form, string locked, ExpressionStatementNode enter, HoldLock change, SpelledFunction function)
    {
        var layout = function.Layout;
        var list = SpelledFunction.ListOf(enter);
        var last = change.Exits.Select(e => SpelledFunction.StatementOf(e.Origin)).OfType<StatementNode>().MaxBy(s => s.Span.Start);
        if (form.Block is not { } head || last is null || last.Parent != enter.Parent)
            return SpellingRefusals.ScopeTooWide;

        var (from, to) = (list.IndexOf(enter), list.IndexOf(last));
        var span = TextSpan.FromBounds(enter.Span.Start, last.Span.End);
        if (layout.HasDirective(span) || to <= from + 1
            || !layout.StartsLine(enter.Span.Start) || !layout.EndsLine(enter.Span.End)
            || !layout.StartsLine(last.Span.Start) || !layout.EndsLine(last.Span.End)
            || list.Skip(from).Take(to - from).Any(s => s is LabelNode or CaseNode or DeclarationStatementNode))
        {
            return SpellingRefusals.ScopeTooWide;
        }

        var indentation = layout.IndentationAt(enter.Span.Start);
        function.Plan.Replace(enter, head.Replace("{lock}", locked, StringComparison.Ordinal) + " {");
        function.Plan.Replace(last, "}");
        function.Plan.Reindent(layout.LineOf(enter.Span.End) + 1, layout.LineOf(last.Span.Start) - 1, indentation, indentation + layout.IndentUnit);
        return null;
    }

    /// <summary>The name that guards usually have, or one like it that nothing in the function has.</summary>
    private static string FreeName(LockForm form, SpelledFunction function)
    {
        var wanted = form.Variable ?? "guard";
        if (function.Node is not { } node)
            return wanted;

        var taken = function.Layout.TokensIn(node.Span).Where(t => t.Kind == TokenKind.Identifier)
            .Select(function.Layout.TextOf).ToHashSet(StringComparer.Ordinal);
        for (var i = 2; taken.Contains(wanted); i++)
            wanted = (form.Variable ?? "guard") + i;

        return wanted;
    }
}
