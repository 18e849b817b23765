using System.Collections.Immutable;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Flow;

/// <summary>A lexical block whose end ends its locals' lives.</summary>
public sealed class Scope(int id, Scope? parent, Origin origin)
{
    public int Id { get; } = id;

    public Scope? Parent { get; } = parent;

    public Origin Origin { get; } = origin;

    public override string ToString() => $"S{Id}";
}

/// <summary>A named place that jumps go to.</summary>
public sealed class Label(string name, Origin origin, Block block)
{
    public string Name { get; } = name;

    /// <summary>The label itself, without the statement behind it.</summary>
    public Origin Origin { get; } = origin;

    /// <summary>The block that starts at the label.</summary>
    public Block Block { get; } = block;

    public override string ToString() => Name;
}

/// <summary>A <c>goto</c> to a label. It is the last thing in <see cref="From"/>.</summary>
public sealed class Jump(Label label, Origin origin, Block from)
{
    public Label Label { get; } = label;

    public Origin Origin { get; } = origin;

    public Block From { get; } = from;

    /// <summary>It leaves through a <c>finally</c> or past a scope with implied releases.</summary>
    public bool RunsCleanup { get; init; }

    /// <summary>It leaves a loop that the label stands outside of.</summary>
    public bool LeavesLoop { get; init; }
}

/// <summary>What about a function limits what may be done with it.</summary>
[Flags]
public enum FunctionTraits
{
    None = 0,
    ComputedGoto = 1,
    Iterator = 2,
    Async = 4,

    /// <summary>An <c>#if</c> stands inside it.</summary>
    Conditional = 8,

    /// <summary>A macro of unknown meaning stands inside it.</summary>
    Macros = 16,
    Unsafe = 32,

    /// <summary>The program begins here: where it ends, the system takes everything back.</summary>
    EntryPoint = 64,

    /// <summary>A test runs it to see it throw.</summary>
    ExpectedToThrow = 128,
}

/// <summary>One function's body: its graph and what the graph refers to.</summary>
public sealed class Function
{
    /// <summary>As people name it: <c>Namespace.Type.Method(int, string)</c>, or C's plain name; unique in its file.</summary>
    public required string Name { get; init; }

    /// <summary>The file, as the codebase names it.</summary>
    public required string Path { get; init; }

    /// <summary>The whole definition, signature and body.</summary>
    public required Origin Origin { get; init; }

    public required ControlFlowGraph Graph { get; init; }

    public ImmutableArray<Local> Locals { get; init; } = [];

    public ImmutableArray<Scope> Scopes { get; init; } = [];

    public ImmutableArray<Label> Labels { get; init; } = [];

    public ImmutableArray<Jump> Jumps { get; init; } = [];

    public bool ReturnsValue { get; init; }

    public FunctionTraits Traits { get; init; }

    public TextSpan Span => Origin.Span;

    /// <summary>What the analyses find when they first ask for all locals.</summary>
    internal ImmutableArray<Local> NamedLocals { get; set; }

    public IEnumerable<Jump> JumpsTo(Label label) => Jumps.Where(j => j.Label == label);

    public override string ToString() => Name;
}
