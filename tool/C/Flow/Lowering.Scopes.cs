using System.Collections.Immutable;
using MigrateCleanup.C.Index;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.C.Flow;

// Names, scopes and what a jump runs through on its way out of them.
internal sealed partial class Lowering
{
    private Stack<Dictionary<string, Local>> _names = new();
    private readonly Dictionary<string, Label> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LabelNode> _labelNodes = new(StringComparer.Ordinal);
    private Dictionary<CaseNode, Block>? _cases;
    private Frame? _frames;
    private HashSet<(string Call, string Variable)>? _asked;
    private Target? _breakTo;
    private Target? _continueTo;

    /// <summary>A lexical region around the current place, innermost first. <see cref="Key"/> is the node that opens it.</summary>
    private abstract class Frame(Frame? outer, Node key)
    {
        public Frame? Outer { get; set; } = outer;

        public Node Key { get; } = key;

        /// <summary>The literals of <c>#if</c>s under which it was opened, with their values, where those <c>#if</c>s have ended before it.</summary>
        public ImmutableArray<(string Literal, bool Value)> Conditions { get; set; } = [];
    }

    private sealed class ScopeFrame(Frame? outer, Node key, Scope scope) : Frame(outer, key)
    {
        public Scope Scope { get; } = scope;
    }

    /// <summary>From the declaration of a scoped variable to the end of its scope.</summary>
    private sealed class ReleaseFrame(Frame? outer, Node key, Local local, ScopeRelease release) : Frame(outer, key)
    {
        public Local Local { get; } = local;

        public ScopeRelease Release { get; } = release;
    }

    /// <summary>A lock is held to the end of its block.</summary>
    private sealed class GuardFrame(Frame? outer, Node key, Callee exit, ImmutableArray<Argument> arguments) : Frame(outer, key)
    {
        public Callee Exit { get; } = exit;

        public ImmutableArray<Argument> Arguments { get; } = arguments;
    }

    /// <summary>A statement that runs at the end of its block, with the names that it sees where it stands.</summary>
    private sealed class DeferFrame(Frame? outer, DeferNode key, ImmutableArray<Dictionary<string, Local>> names) : Frame(outer, key)
    {
        public StatementNode Body { get; } = key.Body;

        /// <summary>Innermost first.</summary>
        public ImmutableArray<Dictionary<string, Local>> Names { get; } = names;
    }

    /// <summary>A guard that is declared without a lock, and takes one later, if the function comes there.</summary>
    private sealed class LaterGuardFrame(Frame? outer, Node key, Local taken, Callee exit) : Frame(outer, key)
    {
        /// <summary>Says whether it has taken its lock.</summary>
        public Local Taken { get; } = taken;

        public Callee Exit { get; } = exit;

        /// <summary>What it takes. Where the function leaves before it was read, only a loop can have taken anything.</summary>
        public ImmutableArray<Argument> Arguments { get; set; } = [new Argument(new Operation("?" + exit.Name))];
    }

    private readonly Dictionary<Local, LaterGuardFrame> _laterGuards = [];

    /// <summary>Where a break or continue leads: its block, and the region around it.</summary>
    private sealed record Target(Block Block, Frame? Frame);

    private void InScope(Node owner, Action body)
    {
        var origin = OriginOf(owner);
        var scope = new Scope(_scopes.Count, ScopeOfCurrent(), origin);
        _scopes.Add(scope);
        Emit(new ScopeEnter(origin, scope));
        var outer = _frames;
        _frames = new ScopeFrame(outer, owner, scope);
        _names.Push(new Dictionary<string, Local>(StringComparer.Ordinal));
        body();
        _names.Pop();
        LeaveTo(outer);
        _frames = outer;
    }

    private Scope? ScopeOfCurrent()
    {
        for (var frame = _frames; frame is not null; frame = frame.Outer)
        {
            if (frame is ScopeFrame scope)
                return scope.Scope;
        }

        return null;
    }

    /// <summary>Ends the regions between here and an outer one, innermost first.</summary>
    private void LeaveTo(Frame? target) => LeaveWhile(frame => frame != target);

    private void LeaveWhile(Func<Frame, bool> leaves)
    {
        var here = _frames;
        for (var frame = here; frame is not null && leaves(frame); frame = frame.Outer)
        {
            _frames = frame.Outer;
            var after = frame.Conditions.IsEmpty ? null : NewBlock();
            foreach (var (literal, value) in frame.Conditions)
            {
                var held = NewBlock();
                _graph.ConnectConditional(_current, held, literal, value);
                _graph.ConnectConditional(_current, after!, literal, !value);
                _current = held;
            }

            switch (frame)
            {
                case ScopeFrame { Scope: var scope }:
                    Emit(new ScopeExit(scope.Origin, scope) { IsImplied = true });
                    break;
                case ReleaseFrame release:
                    Release(release);
                    break;
                case GuardFrame guard:
                    Emit(new Call(OriginOf(guard.Key), guard.Exit, guard.Arguments, null) { IsImplied = true });
                    break;
                case LaterGuardFrame guard:
                    Leave(guard);
                    break;
                case DeferFrame defer:
                    Leave(defer);
                    break;
            }

            if (after is not null)
                StartAt(after);
        }

        _frames = here;
    }

    /// <summary>
    /// What one branch of an <c>#if</c> opened is not open in the others. Behind the <c>#if</c> it ends where it was opened:
    /// <code>
    /// #ifdef A
    ///     _cleanup_free_ char *p = f();
    /// #endif
    ///     return 0;                        // releases p where A is defined
    /// </code>
    /// </summary>
    /// <param name="around">The regions around the <c>#if</c>.</param>
    /// <param name="opened">The innermost region of those that earlier branches opened.</param>
    /// <param name="conditions">When this branch is there.</param>
    /// <returns>The innermost region of all that the branches opened so far.</returns>
    private Frame? Opened(Frame? around, Frame? opened, ImmutableArray<(string Literal, bool Value)> conditions)
    {
        var innermost = _frames;
        _frames = around;
        if (innermost == around)
            return opened;

        for (var frame = innermost; frame is not null; frame = frame.Outer)
        {
            frame.Conditions = [.. conditions, .. frame.Conditions];
            if (frame.Outer == around)
            {
                frame.Outer = opened;
                break;
            }
        }

        return innermost;
    }

    /// <summary>What the language runs for a scoped variable at the end of its scope.</summary>
    private void Release(ReleaseFrame frame)
    {
        var origin = OriginOf(frame.Key);
        var after = NewBlock();
        if (frame.Release is { IgnoresEmpty: false, PassesAddress: false })
        {
            var release = NewBlock();
            if (frame.Release.IsDescriptor)
                _graph.Branch(_current, origin, new Operation("<", new Read(frame.Local), new Constant(0L)), after, release, isImplied: true);
            else
                _graph.Branch(_current, origin, new Operation("!=", new Read(frame.Local), Constant.Null), release, after, isImplied: true);

            _current = release;
        }

        // Where nobody asks whether the value stands for a failure, nobody takes it for one.
        foreach (var test in frame.Release.FailureTests.Where(t => Asks(t, frame.Local)))
        {
            var (answer, release) = (NewTemporary("bool"), NewBlock());
            Emit(new Call(origin, new Callee(test), [new Argument(new Read(frame.Local))], answer) { IsImplied = true });
            _graph.Branch(_current, origin, new Read(answer), after, release, isImplied: true);
            _current = release;
        }

        var argument = frame.Release.PassesAddress
            ? new Argument(new AddressOf(frame.Local), Passing.Reference, frame.Local)
            : new Argument(new Read(frame.Local));
        ImmutableArray<Argument> arguments = frame.Release.Given is { } given ? [argument, new Argument(new Constant(null, given))] : [argument];
        Emit(new Call(origin, new Callee(frame.Release.Releaser), arguments, null) { IsImplied = true });
        StartAt(after);
    }

    /// <summary>The function calls one of this name to learn about a variable.</summary>
    private bool Asks(string test, Local local)
    {
        _asked ??= [.. _body.DescendantsAndSelf.OfType<CallNode>()
            .Where(c => c is { Name: not null, Arguments: [{ Unwrapped: NameNode }] })
            .Select(c => (c.Name!, ((NameNode)c.Arguments[0].Unwrapped).Name))];
        return _asked.Contains((test, local.Name));
    }

    private void Leave(LaterGuardFrame guard)
    {
        var origin = OriginOf(guard.Key);
        var (held, after) = (NewBlock(), NewBlock());
        _graph.Branch(_current, origin, new Read(guard.Taken), held, after, isImplied: true);
        _current = held;
        Emit(new Call(origin, guard.Exit, guard.Arguments, null) { IsImplied = true });
        StartAt(after);
    }

    /// <summary>From here to the end of the block a statement waits; control neither leaves it by itself nor enters it.</summary>
    /// <exception cref="NotExpressibleException">It jumps out of itself, or holds a label.</exception>
    private void Defer(DeferNode defer)
    {
        if (defer.Body.DescendantsAndSelf.FirstOrDefault(n => n is LabelNode or GotoNode or ReturnNode) is { } other)
            throw new NotExpressibleException("a jump out of what is deferred, or into it", other);

        // A variable that is declared later in the block is not the one it names.
        var inner = new Dictionary<string, Local>(_names.Peek(), StringComparer.Ordinal);
        _frames = new DeferFrame(_frames, defer, [inner, .. _names.Skip(1)]);
    }

    private void Leave(DeferFrame defer)
    {
        var (names, breakTo, continueTo, cases, implies) = (_names, _breakTo, _continueTo, _cases, _graph.Implies);
        _names = new Stack<Dictionary<string, Local>>(defer.Names.Reverse());
        (_breakTo, _continueTo, _cases, _graph.Implies) = (null, null, null, true);
        Statement(defer.Body);
        (_names, _breakTo, _continueTo, _cases, _graph.Implies) = (names, breakTo, continueTo, cases, implies);
    }

    /// <summary>
    /// The guard that a variable becomes by the only assignment to it, where it is declared empty:
    /// <c>LOCK_GUARD lock = { NULL }; ... lock = guard_of(m);</c>
    /// </summary>
    private LockGuard? LaterGuardOf(DeclaratorNode declarator)
    {
        var empty = declarator.Initializer is InitializerListNode { Items: [{ Value: var only }] } ? only : declarator.Initializer;
        if (empty is not (NameNode { Name: "NULL" } or LiteralNode))
            return null;

        var given = _body.DescendantsAndSelf.OfType<AssignmentNode>().Where(a => a.Target is NameNode target && target.Name == declarator.Name).ToList();
        return given is [{ Operator: "=", Value: CallNode call, Parent: ExpressionStatementNode }] && GuardOf(call) is { IsVariable: true } guard ? guard : null;
    }

    /// <summary>A guard takes its lock; false where the assignment is none of that kind.</summary>
    private bool Takes(AssignmentNode assignment)
    {
        if (assignment is not { Target: NameNode { Name: var name }, Value: CallNode call } || Find(name) is not { } local
            || !_laterGuards.TryGetValue(local, out var frame) || GuardOf(call) is not { } guard)
        {
            return false;
        }

        var arguments = call.Arguments.Select(ArgumentOf).ToImmutableArray();
        Emit(new Call(OriginOf(call), guard.Enter, arguments, null));
        Emit(new Store(OriginOf(assignment), local, new Constant(true)));
        frame.Arguments = Lasting(call, arguments, behind: null);
        return true;
    }

    private LockGuard? GuardOf(CallNode call) => _knowledge.Guards.Of(TextOf(call.Callee));

    /// <summary>From here to the end of the block a lock is held.</summary>
    private void Hold(Node key, CallNode call, LockGuard guard)
    {
        _frames = Entered(key, call, call.Arguments.Select(ArgumentOf).ToImmutableArray(), guard);
    }

    /// <summary>Enters for a guard that lasts as long as the frame does.</summary>
    private GuardFrame Entered(Node key, CallNode call, ImmutableArray<Argument> arguments, LockGuard guard)
    {
        var lasting = Lasting(call, arguments, behind: key as MacroBlockNode ?? (Node?)call.Ancestors.OfType<CompoundNode>().FirstOrDefault());
        if (guard.KeepsState)
        {
            var state = NewTemporary("unsigned long");
            arguments = arguments.Add(new Argument(new AddressOf(state), Passing.Reference, state));
            lasting = lasting.Add(new Argument(new Read(state)));
            ForgetState(OriginOf(call), arguments);
        }

        Emit(new Call(OriginOf(call), guard.Enter, arguments, null));
        return new GuardFrame(_frames, key, guard.Exit, lasting);
    }

    /// <summary>What a call that enters leaves for the one that leaves, it only writes: what stood there before is not looked at.</summary>
    private void ForgetState(Origin origin, ImmutableArray<Argument> arguments)
    {
        foreach (var state in arguments.Skip(1).Where(a => a.Passing == Passing.Reference).Select(a => a.Target).OfType<Local>())
            Emit(new Store(origin, state, new Constant(0L)));
    }

    /// <summary>
    /// The guard keeps what it was given: where the names in it may mean something else at the end, in a variable of its own.
    /// What it was given by its place has no name then.
    /// </summary>
    /// <param name="call">What makes the guard.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="behind">What the guard lasts to the end of, from the call on; null where it may last longer.</param>
    private ImmutableArray<Argument> Lasting(CallNode call, ImmutableArray<Argument> arguments, Node? behind)
    {
        var lasts = behind is null ? _body.DescendantsAndSelf : behind.DescendantsAndSelf.Where(n => n.Span.Start >= call.Span.End);
        if (call.Arguments.SelectMany(a => a.DescendantsAndSelf).OfType<NameNode>().All(n => IsOnlyPlace(n) || !IsAssigned(n.Name, lasts)))
            return arguments;

        if (!arguments.All(a => a.Passing == Passing.Value))
            return [new Argument(new Operation("?" + TextOf(call)))];

        return [.. arguments.Select(a => new Argument(new Read(Kept(call, a.Value))))];
    }

    private Local Kept(CallNode call, Expression value)
    {
        var kept = NewTemporary("void *");
        Emit(new Store(OriginOf(call), kept, value));
        return kept;
    }

    /// <summary>What stands in the variable is not asked: <c>&amp;lock</c>, <c>&amp;widget.lock</c>.</summary>
    private static bool IsOnlyPlace(NameNode name)
    {
        Node place = name;
        while (place.Parent is ParenthesizedNode || (place.Parent is MemberNode { IsArrow: false } member && member.Base == place))
            place = place.Parent;

        return place.Parent is UnaryNode { Operator: "&" };
    }

    private static bool IsAssigned(string name, IEnumerable<Node> nodes) => nodes.Any(n => n switch
    {
        AssignmentNode { Target: NameNode target } => target.Name == name,
        UnaryNode { Operator: "++" or "--" or "&", Operand: NameNode target } => target.Name == name,
        _ => false,
    });

    private void LeaveFor(Target target)
    {
        LeaveTo(target.Frame);
        Connect(_current, target.Block);
        Stop();
    }

    /// <summary>Makes every label known, so that jumps forward find them.</summary>
    private void FindLabels()
    {
        foreach (var label in _body.DescendantsAndSelf.OfType<LabelNode>())
        {
            if (!_labels.TryAdd(label.Name, new Label(label.Name, OriginOf(label), NewBlock())))
                throw new NotExpressibleException($"label {label.Name} stands in several branches of an #if", label);

            _labelNodes.Add(label.Name, label);
        }
    }

    private void Goto(GotoNode @goto)
    {
        if (@goto.Label is not { } name)
        {
            ComputedGoto(@goto);
            return;
        }

        if (!_labels.TryGetValue(name, out var label))
            throw new NotExpressibleException($"a jump to {name}, which is not there", @goto);

        var around = RegionsAround(_labelNodes[name]);
        var runsCleanup = RunsCleanup(around);
        _jumps.Add(new Jump(label, OriginOf(@goto), _current) { RunsCleanup = runsCleanup });
        if (runsCleanup)
            StartAt(NewBlock());

        LeaveWhile(frame => !around.Contains(frame.Key));
        Connect(_current, label.Block);
        Stop();
    }

    private bool RunsCleanup(HashSet<Node> around)
    {
        for (var frame = _frames; frame is not null && !around.Contains(frame.Key); frame = frame.Outer)
        {
            if (frame is ReleaseFrame or GuardFrame or LaterGuardFrame or DeferFrame)
                return true;
        }

        return false;
    }

    private void ComputedGoto(GotoNode @goto)
    {
        _traits |= FunctionTraits.ComputedGoto;
        _graph.Switch(_current, OriginOf(@goto), Value(@goto.Target!));
        foreach (var label in _labels.Values)
            _graph.ConnectCase(_current, label.Block, new AddressOf(new Global(label.Name)));

        Stop();
    }

    /// <summary>The nodes whose regions hold a label: the blocks around it, and what before it in them lasts to their end.</summary>
    private HashSet<Node> RegionsAround(LabelNode label)
    {
        var regions = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        foreach (var ancestor in label.Ancestors)
        {
            regions.Add(ancestor);
            if (ancestor is not CompoundNode compound)
                continue;

            foreach (var opening in Openings(compound.Statements).Where(d => d.Span.Start < label.Span.Start))
                regions.Add(opening);
        }

        return regions;
    }

    /// <summary>What in a list of statements opens a region that lasts to its end, those under an <c>#if</c> included.</summary>
    private static IEnumerable<Node> Openings(IEnumerable<StatementNode> statements) => statements.SelectMany(s => s switch
    {
        DeclarationStatementNode { Declaration: var declaration } => declaration.Declarators,
        ExpressionStatementNode { Expression: CallNode } or DeferNode => [s],
        ConditionalStatementNode conditional => conditional.Branches.SelectMany(b => Openings(b.Statements)),
        _ => Enumerable.Empty<Node>(),
    });

    // ── Variables ───────────────────────────────────────────────────────────────────────────────────────────────

    private Local? Find(string name)
    {
        foreach (var scope in _names)
        {
            if (scope.TryGetValue(name, out var local))
                return local;
        }

        return null;
    }

    private void DeclareParameter(ParameterNode parameter)
    {
        if (parameter.Declarator.Name.Length > 0)
            Declare(parameter.Specifiers, parameter.Declarator, LocalKind.Parameter, null);
    }

    private void Declaration(DeclarationNode declaration)
    {
        foreach (var enumerator in EnumeratorFact.In(declaration.Specifiers))
            _enumerators[enumerator.Name] = _enumerators.TryGetValue(enumerator.Name, out var other) && other != enumerator.Value ? null : enumerator.Value;

        if (declaration.IsTypedef)
            return;

        foreach (var declarator in declaration.Declarators)
        {
            if (declarator.Name.Length == 0 || declarator.IsFunction || declaration.Specifiers.Has("extern"))
                continue;

            foreach (var dimension in declarator.Dimensions)
                Value(dimension);

            var release = _knowledge.ScopeReleaseOf(declaration.Specifiers, declarator);
            var made = _knowledge.ClassOf(declaration.Specifiers);
            var local = Declare(made is null ? declaration.Specifiers : TypeOf(made), declarator, LocalKind.Variable, release);

            if (declarator.Initializer is CallNode call && GuardOf(call) is { IsVariable: true } guard)
            {
                Hold(declarator, call, guard);
                continue;
            }

            if (release is not null && LaterGuardOf(declarator) is { } later)
            {
                Emit(new Store(OriginOf(declarator), local, new Constant(false)) { IsInitialiser = true });
                var frame = new LaterGuardFrame(_frames, declarator, local, later.Exit);
                _laterGuards.Add(local, frame);
                _frames = frame;
                continue;
            }

            // The scope's release runs from the declaration on; a jump out of the initialiser does not exist.
            if (declarator.Initializer is { } initializer && !local.IsStatic)
            {
                var value = initializer is InitializerListNode list ? List(list)
                    : Adapted(made is not null && initializer is CallNode making ? Made(made, making) : Value(initializer), local);
                Emit(new Store(OriginOf(declarator), local, value) { IsInitialiser = true });
            }

            if (release is not null)
                _frames = new ReleaseFrame(_frames, declarator, local, release);
        }
    }

    private static SpecifiersNode TypeOf(ScopedClass made) => new(default, [], [], null) { Type = made.Type };

    /// <summary>What makes the value, in place of the parentheses behind the class.</summary>
    private Expression Made(ScopedClass made, CallNode arguments) => made.Parameters is null
        ? Value(new NameNode(arguments.Span, made.Constructor))
        : CallByName(arguments, made.Constructor, isUsed: true);

    private Local Declare(SpecifiersNode specifiers, DeclaratorNode declarator, LocalKind kind, ScopeRelease? release)
    {
        // One name under several branches of an #if is one variable.
        if (kind == LocalKind.Variable && _names.Peek().TryGetValue(declarator.Name, out var known))
            return known;

        var type = specifiers.Type + (declarator.Pointers > 0 ? " " + new string('*', declarator.Pointers) : "");
        var isPointer = declarator.Pointers > 0 || declarator.IsFunctionPointer || specifiers.WrapperMacro is not null || _knowledge.IsPointer(type)
            || (!declarator.IsArray && !Types.IsAggregate(type) && _variables.IsPointer(declarator.Name));
        var isArray = declarator.IsArray && kind == LocalKind.Variable;
        var isAggregate = isArray || (!isPointer && !Types.IsScalar(type) && !_variables.IsNumber(declarator.Name));
        var local = _graph.NewLocal(declarator.Name, type, kind) with
        {
            Declaration = OriginOf(declarator),
            Scope = kind == LocalKind.Variable ? ScopeOfCurrent() : null,
            IsAliased = isArray || _variables.IsAliased(declarator.Name, isAggregate),
            IsScoped = release is not null,
            IsValueType = !isPointer && Types.IsAggregate(type),
            IsPlain = !isPointer && !isArray && Types.IsPlain(type),
            IsStatic = _knowledge.IsStatic(specifiers),
        };
        if (isPointer || (declarator.IsArray && kind == LocalKind.Parameter))
            _pointers.Add(local);

        if (isArray)
            _arrays.Add(local);

        _names.Peek()[declarator.Name] = local;
        _locals.Add(local);
        return local;
    }

    private Local NewTemporary(string type)
    {
        var local = _graph.NewTemporary(type) with { IsPlain = Types.IsPlain(type) && !_knowledge.IsPointer(type) };
        if (_knowledge.IsPointer(type))
            _pointers.Add(local);

        _locals.Add(local);
        return local;
    }
}
