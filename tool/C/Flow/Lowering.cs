using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Flow;

/// <summary>The lowering has no graph for a piece of a function; the function is then unparsed, for this reason.</summary>
internal sealed class NotExpressibleException(string reason, Node syntax) : Exception(reason)
{
    public Node Syntax { get; } = syntax;
}

/// <summary>
/// Lowers one view of a C function to a graph of events. Statements become blocks and edges; an expression becomes the
/// events of its effects, in the order of writing, and a pure expression for its value. What the cleanup attribute
/// releases at a scope's end is lowered anew at each way out.
/// </summary>
internal sealed partial class Lowering
{
    /// <summary>More blocks than this come from clean-up that is copied to thousands of ways out.</summary>
    private const int MostBlocks = 50_000;

    private readonly ICodeKnowledge _knowledge;
    private readonly Catalogue _catalogue;
    private readonly FunctionNode _function;
    private readonly CompoundNode _body;
    private readonly Variables _variables;
    private readonly FlowBuilder _graph = new();
    private readonly List<Local> _locals = [];
    private readonly List<Scope> _scopes = [];

    /// <summary>The constants of enums that the function declares; null where it declares one twice, with two values.</summary>
    private readonly Dictionary<string, long?> _enumerators = new(StringComparer.Ordinal);
    private readonly List<Jump> _jumps = [];
    private readonly HashSet<Local> _pointers = [];
    private readonly HashSet<Local> _arrays = [];
    private readonly Dictionary<Node, Origin> _origins = new(ReferenceEqualityComparer.Instance);
    private Block _current;
    private FunctionTraits _traits;
    private int _blocks;

    private Lowering(FunctionNode function, CompoundNode body, ICodeKnowledge knowledge, Catalogue catalogue)
    {
        _function = function;
        _body = body;
        _knowledge = knowledge;
        _catalogue = catalogue;
        _variables = Variables.Of(body, catalogue, name => knowledge.StealOf(name) is not null);
        _current = _graph.Entry;
    }

    /// <summary>The graph of one view of a function.</summary>
    /// <param name="path">The file, as the codebase names it.</param>
    /// <param name="name">The function's name, unique in its file.</param>
    /// <param name="function">The definition.</param>
    /// <param name="body">Its statements, in this view.</param>
    /// <param name="knowledge">What is known of the codebase.</param>
    /// <param name="catalogue">What is known of calls.</param>
    /// <exception cref="NotExpressibleException">The body holds something that has no graph.</exception>
    public static Function Lower(
        string path, string name, FunctionNode function, CompoundNode body, ICodeKnowledge knowledge, Catalogue catalogue) =>
        new Lowering(function, body, knowledge, catalogue).Run(path, name);

    private Function Run(string path, string name)
    {
        // The entry stays empty: the first event stands in a block of its own.
        StartAt(NewBlock());
        _names.Push(new Dictionary<string, Local>(StringComparer.Ordinal));
        foreach (var parameter in _function.Declarator.Parameters)
            DeclareParameter(parameter);

        FindLabels();
        Statement(_body);
        Connect(_current, _graph.Exit);
        var graph = _graph.Build();
        var reached = graph.Blocks.ToHashSet();
        return new Function
        {
            Name = name,
            Path = path,
            Origin = OriginOf(_function),
            Graph = graph,
            Locals = [.. _locals],
            Scopes = [.. _scopes],
            Labels = [.. _labels.Values.Where(l => reached.Contains(l.Block))],
            Jumps = [.. _jumps.Where(j => reached.Contains(j.From))],
            ReturnsValue = ReturnsValue,
            Traits = name == "main" ? _traits | FunctionTraits.EntryPoint : _traits,
        };
    }

    // ── Blocks and events ───────────────────────────────────────────────────────────────────────────────────────

    private Block NewBlock()
    {
        if (++_blocks > MostBlocks)
            throw new NotExpressibleException("its clean-up is copied to too many ways out", _function);

        return _graph.NewBlock();
    }

    private void Connect(Block from, Block to) => _graph.Connect(from, to);

    /// <summary>Goes on in a block that the current one leads to.</summary>
    private void StartAt(Block next)
    {
        Connect(_current, next);
        _current = next;
    }

    /// <summary>Nothing leads on from the current block: what follows is reached by a label or not at all.</summary>
    private bool ReturnsValue => _function.Specifiers.Type != "void" || _function.Declarator.Pointers > 0;

    private void Stop() => _current = NewBlock();

    private void Emit(Event @event) => _graph.Add(_current, @event);

    private Origin OriginOf(Node node)
    {
        if (!_origins.TryGetValue(node, out var origin))
            _origins.Add(node, origin = new Origin(node.Span, node));

        return origin;
    }

    private static void CheckStack() => RuntimeHelpers.EnsureSufficientExecutionStack();

    // ── Statements ──────────────────────────────────────────────────────────────────────────────────────────────

    private void Statement(StatementNode statement)
    {
        CheckStack();
        switch (statement)
        {
            case CompoundNode compound:
                InScope(compound, () => Statements(compound.Statements));
                break;
            case DeclarationStatementNode declaration:
                Declaration(declaration.Declaration);
                break;
            case ExpressionStatementNode { Expression: CallNode call } when GuardOf(call) is { IsVariable: false } guard:
                Hold(statement, call, guard);
                break;
            case ExpressionStatementNode { Expression: { } expression }:
                Evaluate(expression);
                break;
            case IfNode @if:
                If(@if);
                break;
            case WhileNode loop:
                While(loop);
                break;
            case ForNode loop:
                InScope(loop, () => For(loop));
                break;
            case MacroBlockNode macro:
                MacroBlock(macro);
                break;
            case MacroStatementNode macro:
                Opaque(macro, macro.Name, macro.Arguments);
                break;
            case DeferNode defer:
                Defer(defer);
                break;
            case SwitchNode @switch:
                Switch(@switch);
                break;
            case CaseNode @case when _cases is not null && _cases.TryGetValue(@case, out var block):
                StartAt(block);
                break;
            case LabelNode label:
                StartAt(_labels[label.Name].Block);
                break;
            case GotoNode @goto:
                Goto(@goto);
                break;
            case BreakNode { IsContinue: false } when _breakTo is { } target:
                LeaveFor(target);
                break;
            case BreakNode { IsContinue: true } when _continueTo is { } target:
                LeaveFor(target);
                break;
            case ReturnNode @return:
                Return(@return);
                break;
            case AssemblyNode assembly:
                Assembly(assembly);
                break;
            case ConditionalStatementNode conditional:
                Conditional(conditional);
                break;
            case ExpressionStatementNode:
                break;
            default:
                throw new NotExpressibleException("a jump or case that nothing around it takes", statement);
        }
    }

    private void Statements(ImmutableArray<StatementNode> statements)
    {
        foreach (var statement in statements)
            Statement(statement);
    }

    private void If(IfNode @if)
    {
        var whenTrue = NewBlock();
        var after = NewBlock();
        var whenFalse = @if.Else is null ? after : NewBlock();
        Condition(@if.Condition, whenTrue, whenFalse);
        _current = whenTrue;
        Statement(@if.Then);
        Connect(_current, after);
        if (@if.Else is { } otherwise)
        {
            _current = whenFalse;
            Statement(otherwise);
            Connect(_current, after);
        }

        _current = after;
    }

    private void While(WhileNode loop)
    {
        var test = NewBlock();
        var body = NewBlock();
        var after = NewBlock();
        StartAt(loop.IsDo ? body : test);
        _current = test;
        Condition(loop.Condition, body, after);
        _current = body;
        Loop(loop.Body, after, test);
        Connect(_current, test);
        _current = after;
    }

    private void For(ForNode loop)
    {
        if (loop.First is { } first)
            Statement(first);

        var test = NewBlock();
        var body = NewBlock();
        var step = NewBlock();
        var after = NewBlock();
        StartAt(test);
        if (loop.Condition is { } condition)
            Condition(condition, body, after);
        else
            Connect(_current, body);

        _current = body;
        Loop(loop.Body, after, step);
        StartAt(step);
        if (loop.Step is { } advance)
            Evaluate(advance);

        Connect(_current, test);
        _current = after;
    }

    /// <summary>The body of a loop; the current block stays where the body ends.</summary>
    private void Loop(StatementNode body, Block breakTo, Block continueTo)
    {
        var (outerBreak, outerContinue) = (_breakTo, _continueTo);
        _breakTo = new Target(breakTo, _frames);
        _continueTo = new Target(continueTo, _frames);
        Statement(body);
        (_breakTo, _continueTo) = (outerBreak, outerContinue);
    }

    /// <summary>
    /// A macro with a block behind it: how often the block runs, the macro decides; it may set the variables it names.
    /// </summary>
    private void MacroBlock(MacroBlockNode macro)
    {
        var first = macro.Head.Arguments is [var only, ..] ? TextOf(only) : null;
        if (_knowledge.Guards.OfBlock(macro.Head.Name ?? "", first, out var choosesKind) is { } guard)
        {
            GuardedBlock(macro, guard, choosesKind ? 1 : 0);
            return;
        }

        var test = NewBlock();
        var body = NewBlock();
        var after = NewBlock();
        StartAt(test);
        var goesOn = NewTemporary("int");
        var arguments = macro.Head.Arguments.Select(MacroArgument).ToImmutableArray();
        Emit(new Call(OriginOf(macro.Head), new Callee(macro.Head.Name ?? "*"), arguments, goesOn) { LeadsAround = true });
        _graph.Branch(_current, OriginOf(macro.Head), new Read(goesOn), body, after);
        _current = body;
        Loop(macro.Body, after, test);
        if (_knowledge.MacroOf(macro.Head.Name ?? "") is { TurnsOnce: true })
        {
            // One more turn is only supposed; behind the first, the block is left.
            _graph.Suppose(_current, test);
            Connect(_current, after);
        }
        else
        {
            Connect(_current, test);
        }

        _current = after;
    }

    /// <summary>
    /// A block that runs once, while a lock is held. To its macro it is a loop: a break leaves it, and compilers see a way
    /// around it, which is never taken.
    /// </summary>
    private void GuardedBlock(MacroBlockNode macro, LockGuard guard, int firstLock)
    {
        var arguments = macro.Head.Arguments.Skip(firstLock).Select(ArgumentOf).ToImmutableArray();
        var outer = _frames;
        var (inside, after) = (NewBlock(), NewBlock());
        _graph.Branch(_current, OriginOf(macro.Head), new Constant(true), inside, after);
        _current = inside;
        var (outerBreak, outerContinue) = (_breakTo, _continueTo);
        _breakTo = _continueTo = new Target(after, outer);
        _frames = Entered(macro, macro.Head, arguments, guard);
        Statement(macro.Body);
        LeaveTo(outer);
        _frames = outer;
        (_breakTo, _continueTo) = (outerBreak, outerContinue);
        StartAt(after);
    }

    private void Switch(SwitchNode @switch)
    {
        var value = Value(@switch.Value);
        var after = NewBlock();
        var (outerCases, outerBreak) = (_cases, _breakTo);
        _cases = new Dictionary<CaseNode, Block>(ReferenceEqualityComparer.Instance);
        _breakTo = new Target(after, _frames);
        _graph.Switch(_current, OriginOf(@switch.Value), value);
        var hasDefault = false;
        foreach (var @case in CasesOf(@switch.Body))
        {
            var block = NewBlock();
            _cases.Add(@case, block);
            if (@case.Value is null)
            {
                hasDefault = true;
                _graph.ConnectCase(_current, block, null);
            }
            else
            {
                foreach (var one in ValuesOf(@case))
                    _graph.ConnectCase(_current, block, one);
            }
        }

        if (!hasDefault)
            _graph.ConnectCase(_current, after, null);

        Stop();
        Statement(@switch.Body);
        StartAt(after);
        (_cases, _breakTo) = (outerCases, outerBreak);
    }

    /// <summary>The cases of one switch, those of switches inside it left out.</summary>
    private static IEnumerable<CaseNode> CasesOf(StatementNode body)
    {
        var pending = new Stack<Node>();
        pending.Push(body);
        while (pending.TryPop(out var node))
        {
            switch (node)
            {
                case CaseNode @case:
                    yield return @case;
                    break;
                case SwitchNode or ExpressionNode:
                    break;
                default:
                    foreach (var child in node.Children.Reverse())
                        pending.Push(child);

                    break;
            }
        }
    }

    /// <summary>The values of a case; a long range is one value of unknown meaning.</summary>
    private IEnumerable<Expression> ValuesOf(CaseNode @case)
    {
        const int Most = 64;
        var low = Value(@case.Value!);
        if (@case.UpTo is null)
            return [low];

        var high = Value(@case.UpTo);
        return (low, high) is (Constant { Value: long first }, Constant { Value: long last }) && last - first is >= 0 and < Most
            ? Enumerable.Range(0, (int)(last - first) + 1).Select(i => new Constant(first + i))
            : [new Operation("?...", low, high)];
    }

    /// <summary>What the preprocessor picks: a choice of blocks by the literals of the conditions.</summary>
    private void Conditional(ConditionalStatementNode conditional)
    {
        _traits |= FunctionTraits.Conditional;
        var after = NewBlock();
        var open = true;
        var around = _frames;
        var opened = around;
        ImmutableArray<(string Literal, bool Value)> otherwise = [];
        foreach (var branch in conditional.Branches)
        {
            if (!open)
                break;

            var known = ConstantCondition(branch);
            if (branch.Condition is not { } literal || known == true)
            {
                open = false;
                Statements(branch.Statements);
                opened = Opened(around, opened, otherwise);
                StartAt(after);
                continue;
            }

            if (known == false)
                continue;

            var taken = NewBlock();
            var next = NewBlock();
            _graph.ConnectConditional(_current, taken, literal, !branch.IsNegated);
            _graph.ConnectConditional(_current, next, literal, branch.IsNegated);
            _current = taken;
            Statements(branch.Statements);
            opened = Opened(around, opened, [.. otherwise, (literal, !branch.IsNegated)]);
            otherwise = [.. otherwise, (literal, branch.IsNegated)];
            Connect(_current, after);
            _current = next;
        }

        if (open)
            Connect(_current, after);

        _current = after;
        _frames = opened;
    }

    private static bool? ConstantCondition(ConditionalBranch branch) =>
        long.TryParse(branch.Condition, out var value) ? value != 0 != branch.IsNegated : null;

    private void Return(ReturnNode @return)
    {
        var value = @return.Value is null ? null : Value(@return.Value);
        Emit(new EvaluateReturn(OriginOf(@return), value));
        LeaveTo(null);
        Connect(_current, _graph.Exit);
        Stop();
    }

    private static string TextOf(ExpressionNode node) => node switch
    {
        NameNode name => name.Name,
        LiteralNode literal => literal.Text,
        TypeNameNode type => type.Text,
        TextNode text => text.Text,
        CallNode call => $"{TextOf(call.Callee)}({string.Join(", ", call.Arguments.Select(TextOf))})",
        MemberNode member => TextOf(member.Base) + (member.IsArrow ? "->" : ".") + member.Name,
        ParenthesizedNode inner => $"({TextOf(inner.Inner)})",
        UnaryNode { IsPostfix: true } postfix => TextOf(postfix.Operand) + postfix.Operator,
        UnaryNode prefix => prefix.Operator + TextOf(prefix.Operand),
        BinaryNode binary => $"{TextOf(binary.Left)} {binary.Operator} {TextOf(binary.Right)}",
        AssignmentNode assignment => $"{TextOf(assignment.Target)} {assignment.Operator} {TextOf(assignment.Value)}",
        IndexNode index => $"{TextOf(index.Base)}[{TextOf(index.Index)}]",
        CastNode cast => $"({cast.Type.Text}) {TextOf(cast.Operand)}",
        ConditionalNode conditional =>
            $"{TextOf(conditional.Condition)} ? {(conditional.WhenTrue is { } yes ? TextOf(yes) : "")} : {TextOf(conditional.WhenFalse)}",
        CompoundLiteralNode literal => $"({literal.Type.Text}) {TextOf(literal.Values)}",
        InitializerListNode list => $"{{ {string.Join(", ", list.Items.Select(i => i.Designator + " " + TextOf(i.Value)))} }}",
        LabelAddressNode label => "&&" + label.Label,
        _ => "({})",
    };
}
