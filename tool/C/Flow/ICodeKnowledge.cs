using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Flow;

/// <summary>What the lowering must know of the codebase beyond the function it lowers. Safe to use from several threads.</summary>
public interface ICodeKnowledge
{
    /// <summary>Control never comes back from a call of it.</summary>
    bool IsNoReturn(string callee);

    /// <summary>A function, declared or defined somewhere; its name stands for its address.</summary>
    bool IsFunction(string name);

    /// <summary>The type a function returns as text (<c>char *</c>), if that is known.</summary>
    string? ReturnType(string function);

    /// <summary>What a name that is no variable stands for: an enumerator, an object-like macro. Null for a variable or an unknown name.</summary>
    NamedValue? ValueOf(string name);

    /// <summary>What is known of a macro; null when the name is none, or nobody defined it here.</summary>
    MacroMeaning? MacroOf(string name);

    /// <summary>What the scope releases at its end, by the attributes and macros of a declaration; null when nothing.</summary>
    ScopeRelease? ScopeReleaseOf(SpecifiersNode specifiers, DeclaratorNode declarator);

    /// <summary>The type of what a name stands for that makes a value of a class of variables; null for any other name.</summary>
    string? MadeBy(string name);

    /// <summary>The class of variables that a macro declares; null for any other declaration.</summary>
    ScopedClass? ClassOf(SpecifiersNode specifiers);

    /// <summary>The call releases what a variable holds and empties the variable; null when it does not.</summary>
    ClearingForm? ClearingOf(string call);

    /// <summary>The call takes the value out of a variable, which it leaves empty; null when it does not.</summary>
    StealForm? StealOf(string call);

    /// <summary>How locks are held by scope.</summary>
    LockGuards Guards { get; }

    /// <summary>A variable declared so outlives its block: by the word, or by a macro that stands for it.</summary>
    bool IsStatic(SpecifiersNode specifiers);

    /// <summary>A type's text names a pointer, by itself or through a typedef.</summary>
    bool IsPointer(string type);
}

/// <summary>A name with a value of its own; the value is null where it is not known.</summary>
public sealed record NamedValue(object? Value);

/// <summary>What a macro does, as far as its body tells.</summary>
/// <param name="Assigns">The parameters that it may assign, or whose address it takes, by index.</param>
public sealed record MacroMeaning(ImmutableArray<int> Assigns)
{
    /// <summary>
    /// The names in its body that are not its own: where a function that uses it has a variable of that name, the macro
    /// reads or writes it.
    /// </summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Where it may jump to; null where that cannot be told: anywhere.</summary>
    public MacroExits? Exits { get; init; }

    /// <summary>It may go on elsewhere than behind it.</summary>
    public bool MayJump => Exits is not { IsNone: true };

    /// <summary>It ends the program.</summary>
    public bool NeverReturns { get; init; }

    /// <summary>It never goes on behind it, but leaves by one of its exits.</summary>
    public bool AlwaysLeaves { get; init; }

    /// <summary>The block behind it runs once, though to compilers it is a loop's.</summary>
    public bool TurnsOnce { get; init; }

    /// <summary>The function that it is another name of; null where it is more than that.</summary>
    public string? Alias { get; init; }

    /// <summary>Its value is that of its first argument, in another guise (<c>likely(x)</c>).</summary>
    public bool IsTransparent { get; init; }
}

/// <summary>Where a macro leaves to, other than to what follows it.</summary>
/// <param name="Returns">Out of the function.</param>
/// <param name="Labels">To labels that it names.</param>
/// <param name="Parameters">To the labels that it is given, by index.</param>
public sealed record MacroExits(bool Returns, ImmutableArray<string> Labels, ImmutableArray<int> Parameters)
{
    public static readonly MacroExits None = new(false, [], []);

    /// <summary>Out of the loop, or the <c>switch</c>, that it stands in.</summary>
    public bool Breaks { get; init; }

    /// <summary>To the next turn of the loop that it stands in.</summary>
    public bool Continues { get; init; }

    public bool IsNone => !Returns && !Breaks && !Continues && Labels.IsEmpty && Parameters.IsEmpty;

    /// <summary>What is left of it in a loop of its user's own words.</summary>
    public MacroExits InsideLoop => this with { Breaks = false, Continues = false };

    /// <summary>Those of both.</summary>
    public MacroExits And(MacroExits other) =>
        new(Returns || other.Returns, [.. Labels.Union(other.Labels, StringComparer.Ordinal)], [.. Parameters.Union(other.Parameters)])
        {
            Breaks = Breaks || other.Breaks,
            Continues = Continues || other.Continues,
        };
}

/// <summary>The release that a declaration asks for at the end of its scope.</summary>
/// <param name="Releaser">The function that releases the value, as catalogues name it.</param>
/// <param name="IgnoresEmpty">It is called, or does nothing, when there is nothing to release; otherwise the scope tests first.</param>
public sealed record ScopeRelease(string Releaser, bool IgnoresEmpty)
{
    /// <summary>The value that stands for nothing is a negative number (a descriptor), not null.</summary>
    public bool IsDescriptor { get; init; }

    /// <summary>The releaser is given the variable's address.</summary>
    public bool PassesAddress { get; init; }

    /// <summary>The function that the releaser is given as well.</summary>
    public string? Given { get; init; }

    /// <summary>The calls by which the scope's end tells a value that stands for a failure, which it does not release.</summary>
    public ImmutableArray<string> FailureTests { get; init; } = [];
}
