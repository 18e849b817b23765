namespace MigrateCleanup.Engine.Flow;

/// <summary>Something that holds a value and can be assigned.</summary>
public abstract record Place
{
    /// <summary>The local at the root of a path through values (<c>s.a.b</c> with <c>s</c> a struct), if there is one.</summary>
    public virtual Local? Root => null;
}

public enum LocalKind
{
    Variable,
    Parameter,

    /// <summary>A parameter passed by reference (<c>ref</c>, <c>out</c>): a store to it is seen by the caller.</summary>
    ReferenceParameter,

    /// <summary>The value of a call or of a nested assignment; assigned once on each path, never seen by the outside.</summary>
    Temporary,

    /// <summary>The receiver (<c>this</c>).</summary>
    Receiver,

    /// <summary>A local of an enclosing function, used inside a lambda or local function: memory to the inner one.</summary>
    Outer,
}

/// <summary>A variable of one function. Two are equal only when they are the same object.</summary>
public sealed record Local(int Id, string Name, string Type, LocalKind Kind) : Place
{
    /// <summary>Its declaration, as the language wrote it.</summary>
    public Origin Declaration { get; init; } = Origin.None;

    /// <summary>The scope that ends its life; null for parameters and temporaries.</summary>
    public Scope? Scope { get; init; }

    /// <summary>
    /// Its address is taken (other than to pass it to one call), or a lambda or local function captures it: any
    /// call may read or write it.
    /// </summary>
    public bool IsAliased { get; init; }

    /// <summary>The language releases it at scope exit (<c>using</c>, the cleanup attribute).</summary>
    public bool IsScoped { get; init; }

    /// <summary>It is a value that is copied on assignment (a struct): a copy is not an alias.</summary>
    public bool IsValueType { get; init; }

    /// <summary>It holds a number, a truth value or a text, or a structure of such: nothing can be reached through it.</summary>
    public bool IsPlain { get; init; }

    /// <summary>A parameter of which the declaration says that it is never handed in null.</summary>
    public bool IsNeverNull { get; init; }

    /// <summary>It outlives calls of the function (C's <c>static</c>).</summary>
    public bool IsStatic { get; init; }

    public bool IsTemporary => Kind == LocalKind.Temporary;

    public override Local Root => this;

    public bool Equals(Local? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Name;
}

/// <summary>A variable outside every function, or a static field; named with its full name.</summary>
public sealed record Global(string Name) : Place
{
    /// <summary>Nothing assigns it while the function runs: every reading gives the same value.</summary>
    public bool IsReadOnly { get; init; }

    public override string ToString() => Name;
}

/// <summary>A field reached through a pointer or reference (<c>p-&gt;name</c>, <c>obj.name</c>): heap memory.</summary>
public sealed record Field(Expression Base, string Name) : Place
{
    /// <summary>Nothing assigns it while the function runs: every reading gives the same value.</summary>
    public bool IsReadOnly { get; init; }

    public override string ToString() => $"{Base}->{Name}";
}

/// <summary>A field inside a value (<c>s.name</c> with <c>s</c> a struct in that place): part of the same memory.</summary>
public sealed record Member(Place Of, string Name) : Place
{
    public override Local? Root => Of.Root;

    public override string ToString() => $"{Of}.{Name}";
}

/// <summary>What a pointer points to, or an element behind it (<c>*p</c>, <c>p[i]</c>).</summary>
public sealed record Element(Expression Base, Expression Index) : Place
{
    public override string ToString() => $"{Base}[{Index}]";
}

/// <summary>State that calls read and write without naming it: <c>errno</c>, the last error of the platform.</summary>
public sealed record Implicit(string Name) : Place
{
    public static Implicit Errno { get; } = new("errno");

    public static Implicit LastError { get; } = new("last-error");

    /// <summary>
    /// The exception in flight: set where an exceptional edge is taken, read by a handler's tests, raised again by a
    /// <see cref="Throw"/> without a value. A handler that may be interrupted by another keeps it in a local first.
    /// </summary>
    public static Implicit Exception { get; } = new("exception");

    public override string ToString() => Name;
}
