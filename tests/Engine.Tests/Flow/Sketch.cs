using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Tests.Flow;

/// <summary>A function written down by hand, with short names for what tests need often.</summary>
internal sealed class Sketch
{
    private readonly List<Local> _locals = [];
    private readonly List<Label> _labels = [];
    private readonly List<Jump> _jumps = [];
    private readonly List<Scope> _scopes = [];

    public FlowBuilder Flow { get; } = new();

    public Block Entry => Flow.Entry;

    public Block Exit => Flow.Exit;

    public Block Unwind => Flow.Unwind;

    public Block NewBlock() => Flow.NewBlock();

    public Local Local(string name, string type = "")
    {
        var local = Flow.NewLocal(name, type);
        _locals.Add(local);
        return local;
    }

    public Local Parameter(string name, LocalKind kind = LocalKind.Parameter)
    {
        var local = Flow.NewLocal(name, "", kind);
        _locals.Add(local);
        return local;
    }

    public Local Aliased(string name)
    {
        var local = new Local(Flow.NewLocalId(), name, "", LocalKind.Variable) { IsAliased = true };
        _locals.Add(local);
        return local;
    }

    public Scope NewScope()
    {
        var scope = new Scope(_scopes.Count, null, Origin.None);
        _scopes.Add(scope);
        return scope;
    }

    public Local Scoped(string name, Scope scope)
    {
        var local = new Local(Flow.NewLocalId(), name, "", LocalKind.Variable) { Scope = scope, IsScoped = true };
        _locals.Add(local);
        return local;
    }

    public Label Label(string name, Block block)
    {
        var label = new Label(name, Origin.None, block);
        _labels.Add(label);
        return label;
    }

    /// <summary>A call whose arguments are the values of locals or other expressions.</summary>
    public Call Call(Block block, Local? result, string callee, params Expression[] arguments) =>
        Add(block, new Call(Origin.None, new Callee(callee), [.. arguments.Select(a => new Argument(a))], result));

    /// <summary>A call that may throw.</summary>
    public Call Try(Block block, Local? result, string callee, params Expression[] arguments) =>
        Add(
            block,
            new Call(Origin.None, new Callee(callee), [.. arguments.Select(a => new Argument(a))], result) { MayThrow = true });

    /// <summary>The release that a language runs by itself at a scope's end.</summary>
    public Call Implied(Block block, string callee, params Expression[] arguments) =>
        Add(
            block,
            new Call(Origin.None, new Callee(callee), [.. arguments.Select(a => new Argument(a))], null) { IsImplied = true });

    public Store Store(Block block, Place target, Expression value) => Add(block, new Store(Origin.None, target, value));

    public EvaluateReturn Return(Block block, Expression? value = null)
    {
        var @return = Add(block, new EvaluateReturn(Origin.None, value));
        Flow.Connect(block, Exit);
        return @return;
    }

    public Throw Throw(Block block, Expression? value = null) => Add(block, new Throw(Origin.None, value));

    public void Go(Block from, Block to) => Flow.Connect(from, to);

    public Jump Goto(Block from, Label label)
    {
        Flow.Connect(from, label.Block);
        var jump = new Jump(label, Origin.None, from);
        _jumps.Add(jump);
        return jump;
    }

    public void If(Block block, Expression condition, Block then, Block otherwise) =>
        Flow.Branch(block, Origin.None, condition, then, otherwise);

    public T Add<T>(Block block, T @event)
        where T : Event
    {
        Flow.Add(block, @event);
        return @event;
    }

    public Function Build() => new()
    {
        Name = "f",
        Path = "f.c",
        Origin = Origin.None,
        Graph = Flow.Build(),
        Locals = [.. _locals],
        Labels = [.. _labels],
        Jumps = [.. _jumps],
        Scopes = [.. _scopes],
    };

    public static Read Read(Place place) => new(place);

    public static Constant Value(object? value) => new(value is int i ? (long)i : value);

    public static Operation IsNull(Local local) => new("==", Read(local), Constant.Null);

    public static Operation IsNegative(Local local) => new("<", Read(local), Value(0));
}
