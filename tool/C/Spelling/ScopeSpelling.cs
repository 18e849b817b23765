using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.C.Spelling;

/// <summary>Declarations that carry their release, and where they stand.</summary>
internal static class ScopeSpelling
{
    /// <summary>
    /// <code>
    /// char *p;                 g_autofree char *p = NULL;
    /// ...                 →    ...
    /// free(p);
    /// </code>
    /// </summary>
    public static Refusal? Spell(ScopeLocal change, SpelledFunction function)
    {
        if (Declaration.Of(change.Local) is not { } declaration)
            return CommonRefusals.DeclarationShape;

        if (IsDeclaredUnderIf(declaration))
            return SpellingRefusals.DeclaredUnderIf;

        if (change.Extent == ScopeExtent.LastRelease && !change.Releaser.IsSilent)
            return SpellingRefusals.ScopeTooWide;

        var plan = function.Plan;
        var made = function.Input.Style.Classes.IsEmpty || change.Behind is not null || change.Into is not null
            ? null
            : ClassSpelling.Of(change, declaration, ValueOf(change, function), PlaceFor(change, declaration, function), function);
        var choice = made is null ? ChoiceFor(change, function) : null;
        if (made is null && IsLacking(change, declaration, choice, function) is { } lacking)
            return lacking;

        foreach (var release in change.Releases.Concat<Event>(change.Clearings).DistinctBy(e => e.Origin))
        {
            if (RemovalSpelling.Remove(release, function) is { } refusal)
                return refusal;
        }

        if (!IsNamedElsewhere(declaration, function))
            return SpellingRefusals.OnlyReleased;

        if (made is not null)
        {
            ClassSpelling.Spell(made, declaration, function);
            return null;
        }

        plan.Touch(declaration.Declarator);
        if (choice!.Form.Placement == ScopePlacement.Statement)
            return DeferSpelling.Spell(change, declaration, choice, PlaceFor(change, declaration, function), function);

        if (declaration.Declarator.Initializer is null)
            RemoveBeginnings(change, function);

        if (change.Into is { } inner)
            return InnerSpelling.Move(change, declaration, inner, choice, function);

        if (change.Behind is { } behind)
            return MoveBehind(declaration, behind, choice, function);

        if (choice.Form.DeclaresAtAcquisition && PlaceFor(change, declaration, function) is { } place)
            return Move(declaration, place, choice, function);

        plan.Declarations.Scope(declaration.Declarator, choice);
        return null;
    }

    /// <summary>
    /// <code>
    /// char *p;        →   g_autofree char *p = NULL;
    ///
    /// p = NULL;
    /// </code>
    /// </summary>
    private static void RemoveBeginnings(ScopeLocal change, SpelledFunction function)
    {
        foreach (var beginning in change.Beginnings)
        {
            if (beginning.Origin.Syntax is AssignmentNode { Parent: ExpressionStatementNode statement })
                function.Plan.Remove(statement);
        }
    }

    /// <summary>What the form needs and cannot have here; where it can, it is asked for.</summary>
    private static Refusal? IsLacking(ScopeLocal change, Declaration declaration, ScopeChoice? choice, SpelledFunction function)
    {
        if (choice is null || ((choice.Form.AnyReleaser || !choice.Form.DeclaredBy.IsEmpty) && NamesMore(change, choice)))
            return SpellingRefusals.NeedsMacro;

        if (change.MayBeEmpty && choice.Form is { Guards: false, Placement: ScopePlacement.Declaration })
            return SpellingRefusals.Unguarded;

        if (MayHoldFailure(change.Local, choice, function))
            return SpellingRefusals.FailureValue;

        var use = declaration.Declarator.Span.Start;
        if (choice.Missing is { } missing && MissingSpelling.Add(missing, change.Local.Type, function, use) is { } refusal)
            return refusal;

        if (choice.Missing is null && !OwnFileDeclaration.IsAtHand(choice, function, use))
            return SpellingRefusals.NeedsMacro;

        if (choice.Form.Macro is { } macro)
            function.UsedMacros.Add((macro, choice.Form.Header));

        return null;
    }

    /// <summary>
    /// The function asks whether the value stands for a failure, and leaves it in the variable; the scope's end does not ask.
    /// </summary>
    private static bool MayHoldFailure(Local local, ScopeChoice choice, SpelledFunction function)
    {
        var asked = function.Function.Graph.Events.OfType<Call>()
            .Where(c => c is { IsImplied: false, Arguments: [var first, ..] } && first.Local == local)
            .Select(c => c.Callee.Name)
            .Where(DeclaredCleanup.AllFailureTests.Contains);
        return asked.Except(choice.FailureTests).Any()
            && !function.Function.Graph.Events.Any(e => e is Store { IsInitialiser: false, Value: Constant { Value: null, Symbol: null } } s && s.Target == local);
    }

    /// <summary>
    /// <code>
    /// int fd;   →   int fd = -1;
    /// </code>
    /// </summary>
    public static Refusal? Spell(Initialise change, SpelledFunction function)
    {
        if (Declaration.Of(change.Local) is not { } declaration || ExpressionSpelling.Of(change.Value, function) is not { } text)
            return CommonRefusals.DeclarationShape;

        function.Plan.Declarations.Initialise(declaration.Declarator, text);
        function.Plan.Touch(declaration.Declarator);
        return null;
    }

    /// <summary>
    /// <code>
    /// char *p;
    /// ...             →   ...
    /// p = take();         char *p = take();
    /// </code>
    /// </summary>
    public static Refusal? Spell(MoveDeclaration change, SpelledFunction function)
    {
        if (Declaration.Of(change.Local) is not { } declaration || change.To.Origin.Syntax is not AssignmentNode { Operator: "=", Target: NameNode } to)
            return CommonRefusals.DeclarationShape;

        var scope = function.Changes.OfType<ScopeLocal>().FirstOrDefault(s => s.Local == change.Local);
        return Move(declaration, to, scope is null ? null : ChoiceFor(scope, function), function);
    }

    /// <summary>No jump that stays comes into the scope of a scoped variable past its declaration.</summary>
    public static Refusal? SpellCrossings(SpelledFunction function)
    {
        foreach (var local in function.Changes.OfType<ScopeLocal>().Where(s => s.Into is null).Select(s => s.Local))
        {
            if (Declaration.Of(local) is { } declaration && CrossedAt(declaration.Statement.Span.End, declaration.Statement, function) is { } refusal)
                return refusal;
        }

        return null;
    }

    /// <summary>What a scoped variable's declaration at a statement would be crossed by.</summary>
    public static Refusal? CrossedAt(int position, StatementNode statement, SpelledFunction function)
    {
        if (statement.Ancestors.OfType<CompoundNode>().FirstOrDefault() is not { } block)
            return null;

        if (block.Parent is SwitchNode && block.Statements.Any(s => s is CaseNode && s.Span.Start > position))
            return SpellingRefusals.DeclaredInSwitch;

        var returned = function.Changes.OfType<Return>().Select(r => r.Jump)
            .Concat(function.Changes.OfType<ReturnStored>().Select(r => r.Jump).OfType<Jump>())
            .Concat(function.Changes.OfType<RemoveJump>().Select(r => r.Jump))
            .ToHashSet();
        foreach (var jump in function.Function.Jumps.Where(j => !returned.Contains(j)))
        {
            var (from, to) = (jump.Origin.Span.Start, jump.Label.Origin.Span.Start);
            if (block.Span.Contains(to) && to > position && !(block.Span.Contains(from) && from >= position))
                return CommonRefusals.NeedsEarlyReturn;
        }

        return null;
    }

    /// <summary>
    /// Its releaser is given more than what it releases (<c>g_list_free_full(list, free)</c>): a clean-up function made of the
    /// releaser alone gives it nothing else. Where it is known what has to be given, what is there already gives that.
    /// </summary>
    private static bool NamesMore(ScopeLocal change, ScopeChoice choice) =>
        (change.Releaser.When is null || choice.Missing is not null)
        && change.Releases.Any(r => r.Callee.Name == change.Releaser.Callee && r.Arguments.Length > 1);

    /// <summary>The form that scopes the variable; none where the codebase declares it out of this file's sight.</summary>
    private static ScopeChoice? ChoiceFor(ScopeLocal change, SpelledFunction function)
    {
        var (style, names) = (function.Input.Style, function.Input.Names);
        if (style.Attribute is { } own && names.Sees(function.Input.File.Path, own.Macro))
            style = own.Style;

        var type = Declaration.Of(change.Local) is { Node.Specifiers: var specifiers } && specifiers.Has("const")
            ? "const " + change.Local.Type
            : change.Local.Type;
        var given = GivenIn(change);
        var choice = ScopeChoice.Of(style, change.Releaser.Callee, type, ValueOf(change, function), names, given);
        if (choice is null or { Missing: not null })
            return choice;

        // What only other files see cannot be declared once more, unless each file declares it for itself.
        var visible = ScopeChoice.Of(
            style, change.Releaser.Callee, type, ValueOf(change, function), new VisibleNames(names, function.Input.File, function.Function.Span.Start), given);
        return visible is { Missing: null or { Form.Place: DeclarationPlace.InFile } } ? visible : null;
    }

    /// <summary>The function that every release gives the releaser beside the variable.</summary>
    private static string? GivenIn(ScopeLocal change)
    {
        var given = change.Releases.Where(r => r.Callee.Name == change.Releaser.Callee)
            .Select(r => r.Arguments is [_, { Value: Constant { Value: null, Symbol: { } function } }] ? function : null)
            .Distinct().ToList();
        return given is [var only] ? only : null;
    }

    private static ScopedValue ValueOf(ScopeLocal change, SpelledFunction function)
    {
        if (change.Resource.Empty.Value is not null)
            return ScopedValue.Descriptor;

        var isPassedByAddress = change.Releases.Any(r => r.Arguments.Any(a => a.Passing == Passing.Reference && a.Target == change.Local));
        var isPointer = change.Local.Type.EndsWith('*') || function.Input.Names.PointeeOf(CTypeText.Normal(change.Local.Type)) is not null;
        return change.Local.IsValueType || (isPassedByAddress && !isPointer) ? ScopedValue.Structure : ScopedValue.Pointer;
    }

    /// <summary>One variable with several declarations, of which the preprocessor picks one.</summary>
    private static bool IsDeclaredUnderIf(Declaration declaration) =>
        declaration.Statement.Ancestors.OfType<ConditionalStatementNode>().Any()
        && declaration.Statement.Ancestors.OfType<CompoundNode>().First().DescendantsAndSelf.OfType<DeclaratorNode>().Count(d =>
            d.Name == declaration.Declarator.Name && d.Parent is DeclarationNode) > 1;

    /// <summary>
    /// The variable's name is left somewhere beside its declaration. A guard goes with the release it guards:
    /// <code>
    /// T *p = take();
    /// if (p) drop(p);
    /// </code>
    /// </summary>
    private static bool IsNamedElsewhere(Declaration declaration, SpelledFunction function)
    {
        var block = declaration.Statement.Ancestors.OfType<CompoundNode>().FirstOrDefault();
        return block is null || block.DescendantsAndSelf.OfType<NameNode>().Any(n =>
            n.Name == declaration.Declarator.Name
            && !n.Ancestors.Any(a => function.Plan.IsRemoved(a) || (a is IfNode check && check.Condition.Span.Contains(n.Span) && IsEmptied(check.Then, function))));
    }

    private static bool IsEmptied(StatementNode body, SpelledFunction function) =>
        body is CompoundNode block ? block.Statements.All(s => IsEmptied(s, function)) : function.Plan.IsRemoved(body);

    /// <summary>
    /// The assignment that may become the declaration: the only acquisition, a statement of the same block, before every
    /// other use, and crossed by no jump.
    /// </summary>
    private static AssignmentNode? PlaceFor(ScopeLocal change, Declaration declaration, SpelledFunction function)
    {
        var name = declaration.Declarator.Name;
        if (change.Acquisitions.Select(a => a.Origin.Syntax).Distinct().ToList() is not [Node acquired]
            || SpelledFunction.StatementOf(acquired) is not ExpressionStatementNode { Expression: AssignmentNode { Operator: "=", Target: NameNode target } assignment } statement
            || target.Name != name
            || statement.Parent != declaration.Statement.Parent
            || (declaration.Declarator.Initializer is { } initial && !function.IsPure(initial))
            || function.Plan.TrailingComment(declaration.Statement) is not null
            || CrossedAt(statement.Span.End, statement, function) is not null
            || Follows<LabelNode>(statement) || Follows<CaseNode>(statement))
        {
            return null;
        }

        var isUsedBefore = statement.Parent!.DescendantsAndSelf.OfType<NameNode>().Any(n =>
            n.Name == name && n.Span.Start < statement.Span.Start && !n.Ancestors.Any(function.Plan.IsRemoved));
        return isUsedBefore || assignment.Value.DescendantsAndSelf.OfType<NameNode>().Any(n => n.Name == name && !IsMeasured(n)) ? null : assignment;
    }

    /// <summary>Only the size of it is asked, which a declaration may do in its own initialiser.</summary>
    public static bool IsMeasured(NameNode name) => name.Ancestors.Any(a => a is UnaryNode { Operator: "sizeof" });

    private static bool Follows<T>(StatementNode statement)
        where T : StatementNode
    {
        var list = SpelledFunction.ListOf(statement);
        var index = list.IndexOf(statement);
        return index > 0 && list[index - 1] is T;
    }

    public static Refusal? Move(Declaration declaration, AssignmentNode to, ScopeChoice? choice, SpelledFunction function)
    {
        var plan = function.Plan;
        if (to.Parent is not ExpressionStatementNode statement || SpelledFunction.ListOf(statement).IsEmpty
            || declaration.Node.Specifiers.DefinesType || declaration.Declarator.IsArray || declaration.Declarator.IsFunctionPointer
            || Follows<LabelNode>(statement) || Follows<CaseNode>(statement))
        {
            return CommonRefusals.DeclarationShape;
        }

        plan.Declarations.Remove(declaration.Declarator);
        plan.Declarations.PlaceAt(statement);
        plan.Touch(declaration.Declarator);
        plan.ReplaceStart(statement, to.Target.Span.End, plan.Declarations.HeadOf(declaration.Declarator, choice));
        return null;
    }

    /// <summary>
    /// <code>
    /// obj *o;                         g_autofree char *name = NULL;
    /// g_autofree char *name = NULL;   →   g_autoptr(obj) o = NULL;
    /// </code>
    /// Only declarations stand between the two places, and none of them looks at the variable. What it is given at first
    /// may be anything where they are given constants.
    /// </summary>
    private static Refusal? MoveBehind(Declaration declaration, Local behind, ScopeChoice choice, SpelledFunction function)
    {
        var (plan, layout) = (function.Plan, function.Layout);
        var declarator = declaration.Declarator;
        var initial = declarator.Initializer;
        if (Declaration.Of(behind) is not { Statement: var target }
            || SpelledFunction.ListOf(declaration.Statement) is var list && list.IndexOf(target) is var end && end < 0
            || list.Skip(list.IndexOf(declaration.Statement)).TakeWhile(s => s.Span.End <= target.Span.End).Any(s => !IsCrossedBy(s, initial))
            || declaration.Node.Specifiers.DefinesType || declarator.IsArray || declarator.IsFunctionPointer
            || plan.TrailingComment(declaration.Statement) is not null
            || list.SelectMany(s => s.DescendantsAndSelf).OfType<NameNode>().Any(n =>
                n.Name == declarator.Name && n.Span.Start > declaration.Statement.Span.End && n.Span.Start < target.Span.End))
        {
            return CommonRefusals.DeclarationShape;
        }

        plan.Declarations.Remove(declarator);
        var value = initial is null ? choice.Form.Empty : layout.TextOf(initial);
        var text = plan.Declarations.HeadOf(declarator, choice) + " = " + value + ";";
        plan.Edit(target, layout.LineBehind(target.Span, layout.IndentationAt(target.Span.Start) + text));
        return null;
    }

    /// <summary>Nothing of what the statement does is noticed by the computation of a value that moves past it.</summary>
    private static bool IsCrossedBy(StatementNode statement, ExpressionNode? value) => statement switch
    {
        DeclarationStatementNode declaration => IsConstant(value) || declaration.Declaration.Declarators.All(d => d.Initializer == value || IsConstant(d.Initializer)),
        MacroStatementNode => IsConstant(value),
        _ => false,
    };

    private static bool IsConstant(ExpressionNode? value) => value?.Unwrapped switch
    {
        null or LiteralNode or NameNode { Name: "NULL" } => true,
        UnaryNode { Operator: "-" or "!" or "~", Operand: var operand } => IsConstant(operand),
        _ => false,
    };
}
