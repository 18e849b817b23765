using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
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
        if (FormFor(change, function.Input) is not { } form)
            return SpellingRefusals.NeedsMacro;

        if (change.Enter.Origin.Syntax is not CallNode call
            || call.Parent is not ExpressionStatementNode statement
            || statement.Parent is not (CompoundNode or ConditionalStatementNode)
            || change.Flag is not null)
        {
            return CommonRefusals.StatementWorks;
        }

        foreach (var exit in change.Exits.DistinctBy(e => e.Origin))
        {
            if (RemovalSpelling.Remove(exit, function) is { } refusal)
                return refusal;
        }

        if (form.DropsArguments)
            RemoveState(change, function);

        if (form.Macro is { } macro)
            function.UsedMacros.Add((macro, form.Header));

        var locked = call.Arguments.IsEmpty ? "" : function.Layout.TextOf(call.Arguments[0]);
        if (IsHeldToBlockEnd(change, form, statement, function.Input))
            return Declare(form, locked, statement, OpensBlock(statement), function);

        var enclosed = Enclose(form, locked, statement, change, function);
        return enclosed is not null && change.Extent == ScopeExtent.Block ? DeclareFirst(form, locked, statement, function) : enclosed;
    }

    /// <summary>
    /// What the lock is entered and left with beside itself is the guard's now. Where nothing else of the function names the
    /// variable, once all its locks are held by guards, it goes.
    /// </summary>
    private static void RemoveState(HoldLock change, SpelledFunction function)
    {
        var held = function.Changes.OfType<HoldLock>().SelectMany(h => h.Exits.Append(h.Enter)).Select(c => c.Origin.Span).ToList();
        foreach (var state in change.Enter.Arguments.Where(a => a.Passing == Passing.Reference).Select(a => a.Target).OfType<Local>())
        {
            if (Declaration.Of(state) is { Declarator: { Initializer: null } declarator, Statement: var declaration }
                && declaration.Ancestors.OfType<CompoundNode>().First().DescendantsAndSelf.OfType<NameNode>()
                    .Where(n => n.Name == declarator.Name).All(n => held.Exists(h => h.Contains(n.Span))))
            {
                function.Plan.Declarations.Remove(declarator);
                function.Plan.Touch(declarator);
            }
        }
    }

    /// <summary>
    /// The changes without returns out of a block that is to hold the lock: to compilers it may look like a loop that is
    /// never entered, with nothing returned behind it. There the value waits in its variable as before.
    /// </summary>
    public static IReadOnlyList<Change> WithoutReturnsFromBlocks(IReadOnlyList<Change> changes, CSpellingInput input)
    {
        var kept = changes;
        foreach (var hold in changes.OfType<HoldLock>())
        {
            if (FormFor(hold, input) is not { } form
                || SpelledFunction.StatementOf(hold.Enter.Origin) is not { } statement
                || IsHeldToBlockEnd(hold, form, statement, input))
            {
                continue;
            }

            var (from, to) = (statement.Span.Start, hold.Exits.Max(e => e.Origin.Span.Start));
            var waiting = changes.OfType<ReturnStored>().Where(r => r.Store.Origin.Span.Start > from && r.Store.Origin.Span.Start < to).ToList();
            var locals = waiting.Select(r => r.Store.Target).ToHashSet();
            kept = [.. kept.Where(c => c switch
            {
                ReturnStored r => !waiting.Contains(r),
                RemoveVariable v => !locals.Contains(v.Local),
                RemoveStatement { Event: Store { IsInitialiser: true } store } => !locals.Contains(store.Target),
                _ => true,
            })];
        }

        return kept;
    }

    private static LockForm? FormFor(HoldLock change, CSpellingInput input) => input.Style.Locks.FirstOrDefault(l =>
        l.Enters.Contains(change.Enter.Callee.Name, StringComparer.Ordinal)
        && change.Exits.All(e => l.Exits.Contains(e.Callee.Name, StringComparer.Ordinal))
        && !l.IsMissing && (l.Macro is null || input.Names.HasMacro(l.Macro)));

    private static bool IsHeldToBlockEnd(HoldLock change, LockForm form, StatementNode statement, CSpellingInput input) =>
        change.Extent == ScopeExtent.Block && (OpensBlock(statement) || !form.IsVariable || !DeclaresFirst(input));

    private static bool DeclaresFirst(CSpellingInput input) => input.Style.DeclaresFirst || (input.DeclaresFirst() && !DeclarationHabit.Mixes(input.File));

    /// <summary>Only declarations stand before the statement in its block.</summary>
    private static bool OpensBlock(StatementNode statement) =>
        statement.Parent is CompoundNode block && block.Statements.TakeWhile(s => s != statement).All(s => s is DeclarationStatementNode);

    private static Refusal? Declare(LockForm form, string locked, ExpressionStatementNode statement, bool opens, SpelledFunction function)
    {
        var list = SpelledFunction.ListOf(statement);
        var index = list.IndexOf(statement);
        if (index > 0 && list[index - 1] is LabelNode or CaseNode)
            return SpellingRefusals.DeclaredInSwitch;

        if (ScopeSpelling.CrossedAt(statement.Span.End, statement, function) is { } crossed)
            return crossed;

var layout = function.Layout;
        var text = Spaced(form.Text, layout).Replace("{lock}", locked, StringComparison.Ordinal).Replace(Name, FreeName(form, function), StringComparison.Ordinal)
            .Replace("{enter}", layout.TextOf(statement.Expression!), StringComparison.Ordinal)
            .Replace("\n", layout.NewLineAt(statement.Span.Start) + layout.IndentationAt(statement.Span.Start), StringComparison.Ordinal);
        function.Plan.Replace(statement, text + ";");
        if (opens && form.IsVariable)
            JoinDeclarations(statement, index > 0 ? list[index - 1] : null, index + 1 < list.Length ? list[index + 1] : null, function);

        return null;
    }

    /// <summary>The guard's type is written as types are, the call that makes it as calls are.</summary>
    private static string Spaced(string form, CLayout layout) => form.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        ? layout.Calls.OfDeclaration(form[..at]) + layout.Calls.Of(form[at..])
        : layout.Calls.Of(form);

    /// <summary>
    /// Where declarations come first, the guard is declared with them, and takes its lock where that was taken:
    /// <code>
    /// int n = f();           int n = f();
    ///                        VIR_LOCK_GUARD lock = { NULL };
    /// prepare(n);       →
    /// lock(m);               prepare(n);
    ///                        lock = virLockGuardLock(m);
    /// </code>
    /// </summary>
    private static Refusal? DeclareFirst(LockForm form, string locked, ExpressionStatementNode statement, SpelledFunction function)
    {
        const string Given = " = ";
        var at = form.Text.IndexOf(Given, StringComparison.Ordinal);
        if (form.Empty is not { } empty || !form.IsVariable || at < 0 || statement.Parent is not CompoundNode block
            || block.Statements.TakeWhile(s => s is DeclarationStatementNode).LastOrDefault() is not { } last
            || !function.Layout.EndsLine(last.Span.End))
        {
            return SpellingRefusals.ScopeTooWide;
        }

        var layout = function.Layout;
        var name = FreeName(form, function);
        var declared = form.Text[..at].Replace(Name, name, StringComparison.Ordinal) + Given + empty + ";";
        function.Plan.Edit(last, layout.LineBehind(last.Span, layout.IndentationAt(last.Span.Start) + declared));
        function.Plan.Replace(statement, name + Given + function.Layout.Calls.Of(form.Text[(at + Given.Length)..]).Replace("{lock}", locked, StringComparison.Ordinal) + ";");
        return null;
    }

    /// <summary>
    /// A guard that is the first statement of its block stands with the declarations, and what follows behind a blank line:
    /// <code>
    /// int n;             int n;
    ///               →    VIR_LOCK_GUARD lock = virLockGuardLock(m);
    /// lock(m);
    /// n = f();           n = f();
    /// </code>
    /// </summary>
    private static void JoinDeclarations(StatementNode statement, StatementNode? previous, StatementNode? next, SpelledFunction function)
    {
        var layout = function.Layout;
        var (first, last) = (layout.LineOf(statement.Span.Start), layout.LineOf(statement.Span.End));
        if (previous is not null && Enumerable.Range(layout.LineOf(previous.Span.End) + 1, first - layout.LineOf(previous.Span.End) - 1).All(layout.IsBlank))
            function.Plan.EraseBlanks(statement, layout.LineOf(previous.Span.End) + 1, first - 1);

        if (next is not null and not DeclarationStatementNode && !function.Plan.IsRemoved(next) && layout.EndsLine(statement.Span.End) && !layout.IsBlank(last + 1))
            function.Plan.Edit(statement, TextEdit.Insert(layout.EndOf(last), layout.NewLineAt(statement.Span.Start)));
    }

    /// <summary>
    /// <code>
    /// lock(&amp;m);            WITH_LOCK_GUARD(&amp;m) {
    /// a++;             →       a++;
    /// unlock(&amp;m);          }
    /// </code>
    /// A label at which the lock is left comes to stand behind the block: who jumps there leaves both.
    /// </summary>
    private static Refusal? Enclose(LockForm form, string locked, ExpressionStatementNode enter, HoldLock change, SpelledFunction function)
    {
        var layout = function.Layout;
        var list = SpelledFunction.ListOf(enter);
        var exit = change.Exits.Select(e => SpelledFunction.StatementOf(e.Origin)).OfType<StatementNode>().MaxBy(s => s.Span.Start);
        if (form.Block is not { } head || !function.Input.Names.HasMacro(head[..head.IndexOf('(', StringComparison.Ordinal)])
            || exit is null || exit.Parent != enter.Parent)
        {
            return SpellingRefusals.ScopeTooWide;
        }

        var (from, to) = (list.IndexOf(enter), list.IndexOf(exit));
        var end = to;
        while (end > from && list[end - 1] is LabelNode)
            end--;

        if (end <= from + 1)
            return SpellingRefusals.ScopeTooWide;

        var (first, last) = (list[from + 1], list[end - 1]);
        var held = list.Skip(from + 1).Take(end - from - 1).ToList();
        if (layout.HasDirective(TextSpan.FromBounds(enter.Span.Start, exit.Span.End))
            || !IsAlone(enter, layout) || !IsAlone(exit, layout) || !layout.EndsLine(last.Span.End)
            || held.Exists(s => s is LabelNode or CaseNode or DeclarationStatementNode) || held.Exists(s => LeavesLoop(s, true, true))
            || JumpsOutHolding(TextSpan.FromBounds(first.Span.Start, last.Span.End), list.Skip(end).Take(to - end).ToList(), change, function))
        {
            return SpellingRefusals.ScopeTooWide;
        }

        if (InitialiseBeyond(enter, TextSpan.FromBounds(enter.Span.End, exit.Span.Start), function) is { } unset)
            return unset;

        var indentation = layout.IndentationAt(enter.Span.Start);
        function.Plan.EraseBlanks(enter, layout.LineOf(enter.Span.End) + 1, layout.LineOf(first.Span.Start) - 1);
        var standsAlone = IsAlone(held, TextSpan.FromBounds(enter.Span.End, exit.Span.Start), function);
        function.Plan.Replace(enter, layout.Calls.Of(head).Replace("{lock}", locked, StringComparison.Ordinal) + (standsAlone ? "" : " {"));
        if (end == to && !standsAlone)
        {
            function.Plan.EraseBlanks(exit, layout.LineOf(last.Span.End) + 1, layout.LineOf(exit.Span.Start) - 1);
            function.Plan.Replace(exit, "}");
        }
        else if (!standsAlone)
        {
            var behind = layout.StartBehind(layout.LineOf(last.Span.End));
            function.Plan.Edit(list[end], TextEdit.Insert(behind, indentation + "}" + layout.NewLineAt(enter.Span.Start)));
        }

        var lastLine = end == to ? layout.LineOf(exit.Span.Start) - 1 : layout.LineOf(last.Span.End);
        function.Plan.Reindent(layout.LineOf(enter.Span.End) + 1, lastLine, indentation, indentation + layout.IndentUnit);
        return null;
    }

    /// <summary>A jump inside goes to a place outside at which the lock is still held, other than right before it is left.</summary>
    private static bool JumpsOutHolding(TextSpan held, List<StatementNode> leaving, HoldLock change, SpelledFunction function)
    {
        var graph = function.Function.Graph;
        return function.Function.Jumps.Any(j => held.Contains(j.Origin.Span) && !held.Contains(j.Label.Origin.Span)
            && !leaving.Exists(l => l.Span.Contains(j.Label.Origin.Span))
            && change.Exits.Any(e => Paths.Reaches(Point.StartOf(j.Label.Block), graph.Before(e), stop: change.Enter)));
    }

    /// <summary>
    /// To compilers, what gets its value in the block may have none behind it:
    /// <code>
    /// int n;                         int n = 0;
    /// lock(&amp;m);            →    WITH_LOCK_GUARD(&amp;m) {
    /// n = f();                           n = f();
    /// unlock(&amp;m);                    }
    /// return n;                      return n;
    /// </code>
    /// A pointer that is followed behind the block cannot have one that they would believe.
    /// </summary>
    private static Refusal? InitialiseBeyond(StatementNode enter, TextSpan block, SpelledFunction function)
    {
        var events = function.Function.Graph.Events.ToList();
        var start = events.Find(e => enter.Span.Contains(e.Origin.Span));
        var definitions = ReachingDefinitions.Of(function.Function);
        var behind = events.FindAll(e => e.Origin.Span.Start >= block.End);
        var initialised = new List<(DeclaratorNode Declarator, string Value)>();
        var conditions = function.Function.Graph.Blocks.Select(b => b.Branch).OfType<Branch>()
            .Where(b => b.Origin.Span.Start >= block.End).Select(b => b.Condition).ToList();
        foreach (var local in Locals.Of(function.Function).Where(l => l.Kind == LocalKind.Variable))
        {
            var written = events.Where(e => Access.Writes(e).Any(w => w.Local == local)).Select(e => e.Origin.Span).ToList();
            if (!written.Exists(block.Contains) || (start is not null && !definitions.Before(start, local).Any(d => d.IsUnset)))
                continue;

            var reading = behind.Where(e => Access.Reads(e).Contains(local)).ToList();
            var asking = conditions.Where(c => Access.Reads(c).Contains(local)).ToList();
            if (reading.Count + asking.Count == 0)
                continue;

            if (IsPointer(local, function.Input.Names) && (reading.Exists(e => ReadsMemory(e, local)) || asking.Exists(Access.ReadsMemory)))
                return SpellingRefusals.ScopeTooWide;

            if (Declaration.Of(local) is not { } declaration)
                return SpellingRefusals.ScopeTooWide;

            // What is written into an array is written through its address, which no compiler follows.
            if (declaration.Declarator.IsArray)
                continue;

            if (InitialOf(local, function.Input.Names) is not { } initial)
                return SpellingRefusals.ScopeTooWide;

            initialised.Add((declaration.Declarator, initial));
        }

        foreach (var (declarator, initial) in initialised)
        {
            function.Plan.Declarations.Initialise(declarator, initial);
            function.Plan.Touch(declarator);
        }

        return null;
    }

    private static bool ReadsMemory(Event @event, Local local) => @event is Call call
        ? call.Arguments.Any(a => Access.Reads(a).Contains(local) && Access.ReadsMemory(a.Value))
        : Access.ReadsMemory(@event);

    private static bool IsPointer(Local local, ISpellingNames names) => local.Type.EndsWith('*') || names.PointeeOf(local.Type) is not null;

    private static string? InitialOf(Local local, ISpellingNames names) =>
        IsPointer(local, names) ? "NULL"
        : local.Type is "bool" or "_Bool" ? "false"
        : Flow.Types.IsScalar(local.Type) ? "0"
        : null;

    /// <summary>One statement on a line of its own, which wears no braces in this style: they are for what is more.</summary>
    private static bool IsAlone(List<StatementNode> held, TextSpan between, SpelledFunction function) =>
        function.Input.Style.GuardsSingleStatements
        && held is [ExpressionStatementNode only] && !function.Plan.IsRemoved(only) && !function.Plan.IsReplaced(only)
        && function.Layout.IsOnOneLine(only.Span) && IsAlone(only, function.Layout)
        && !function.Layout.Comments(between).Any();

    private static bool IsAlone(StatementNode statement, CLayout layout) =>
        layout.StartsLine(statement.Span.Start) && layout.EndsLine(statement.Span.End);

    /// <summary>A jump inside goes to the next turn, or behind the end, of a loop around: to compilers the block is a loop as well.</summary>
    private static bool LeavesLoop(Node node, bool breaks, bool continues) => node switch
    {
        BreakNode jump => jump.IsContinue ? continues : breaks,
        WhileNode or ForNode or MacroBlockNode => false,
        SwitchNode when !continues => false,
        _ => node.Children.Any(c => LeavesLoop(c, breaks && node is not SwitchNode, continues)),
    };

    /// <summary>The name that guards usually have, or one like it that nothing in the function has.</summary>
    private static string FreeName(LockForm form, SpelledFunction function)
    {
        var wanted = form.Variable ?? "guard";
        if (function.Node is not { } node)
            return wanted;

        for (var i = 2; IsTaken(wanted, node, function.Layout) || !function.AddedNames.Add(wanted); i++)
            wanted = (form.Variable ?? "guard") + i;

        return wanted;
    }

    /// <summary>The name stands somewhere in the function, other than as a member's.</summary>
    private static bool IsTaken(string name, FunctionNode function, CLayout layout)
    {
        var before = default(Token);
        foreach (var token in layout.TokensIn(function.Span).Where(t => !t.IsTrivia))
        {
            if (token.Kind == TokenKind.Identifier && layout.TextOf(token) == name && layout.TextOf(before) is not ("." or "->"))
                return true;

            before = token;
        }

        return false;
    }
}
