using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Rules;

/// <summary>
/// One step of a rewrite, said in terms of the graph. Rules answer with changes; a language spells them as text
/// edits, or says by name what it cannot spell. A change names events and locals; copies that share an
/// <see cref="Origin"/> are one piece of text.
/// </summary>
public abstract record Change
{
    /// <summary>
    /// What the change is about, by name. A rule that wants the same of a function again after it was done has not
    /// understood its own work.
    /// </summary>
    public virtual string Subject => "";
}

/// <summary>Returns the value instead of jumping; a null value is a plain <c>return;</c>.</summary>
public sealed record Return(Jump Jump, Expression? Value) : Change;

/// <summary>Returns another expression where the function already returns.</summary>
public sealed record ReturnValue(EvaluateReturn At, Expression Value) : Change;

/// <summary>
/// Returns what a store computes at once (<c>ret = f(x); return ret;</c> becomes <c>return f(x);</c>). The store's
/// statement becomes the return; what stands right behind it goes: <see cref="At"/>, or <see cref="Jump"/>.
/// </summary>
public sealed record ReturnStored(Store Store, EvaluateReturn? At) : Change
{
    /// <summary>The jump behind the store to a label that only returns (<c>ret = f(x); goto out;</c>).</summary>
    public Jump? Jump { get; init; }
}

/// <summary>The label goes; the statements behind it stay, unless they are removed by changes of their own.</summary>
public sealed record RemoveLabel(Label Label) : Change
{
    public override string Subject => Label.Name;
}

/// <summary>
/// The statement of an event goes: a release, a dead store. An <c>if</c> that only guarded it goes with it when its
/// condition is pure. A store that initialises a declaration loses its initialiser only.
/// </summary>
public sealed record RemoveStatement(Event Event) : Change;

/// <summary>A jump that is never reached any more goes.</summary>
public sealed record RemoveJump(Jump Jump) : Change;

/// <summary>The declaration of a local that nothing reads or writes any more.</summary>
public sealed record RemoveVariable(Local Local) : Change;

/// <summary>A two-way decision is always <see cref="Kept"/>: that side's statements stay in its place, the other side goes.</summary>
public sealed record RemoveCheck(Branch Branch, bool Kept) : Change;

/// <summary>Where the branch takes the side <see cref="When"/>, the program ends at once for lack of memory.</summary>
public sealed record FailFast(Branch Branch, bool When) : Change;

/// <summary>The handler that starts with this block goes; the statements it guarded stay where no other handler guards them.</summary>
public sealed record RemoveHandler(Origin Handler) : Change;

/// <summary>Declares the local with an initial value.</summary>
public sealed record Initialise(Local Local, Expression Value) : Change;

/// <summary>Moves the declaration of a local to one of its stores, which becomes the initialiser.</summary>
public sealed record MoveDeclaration(Local Local, Store To) : Change;

/// <summary>How far a scope reaches.</summary>
public enum ScopeExtent
{
    /// <summary>To the end of the block that holds the declaration: nothing observable runs between the releases and that end.</summary>
    Block,

    /// <summary>No further than the last of the releases: a block of its own must end there.</summary>
    LastRelease,
}

/// <summary>
/// The local is released by scope: the language declares it so, and the releases by hand go. Which form that takes
/// (a declaration, a block, a <c>finally</c>) is the language's choice, by <see cref="Resource.Scoped"/>.
/// </summary>
public sealed record ScopeLocal(
    Local Local,
    Resource Resource,
    Releaser Releaser,
    ImmutableArray<Event> Acquisitions,
    ImmutableArray<Call> Releases,
    ScopeExtent Extent) : Change
{
    /// <summary>Stores of the empty value behind a release or a transfer, which go with it.</summary>
    public ImmutableArray<Store> Clearings { get; init; } = [];

    /// <summary>
    /// Stores of the empty value into a variable that has none yet. Where the declaration gives it that value, they go if they
    /// are statements of their own.
    /// </summary>
    public ImmutableArray<Store> Beginnings { get; init; } = [];

    /// <summary>
    /// Locals that must come to be scoped in the same rewrite: by hand they would be released before this one, which was
    /// made from them.
    /// </summary>
    public ImmutableArray<Local> Needs { get; init; } = [];

    /// <summary>
    /// A scoped local of the same scope, declared later, that is to be released after this one as before: the declaration
    /// moves behind that one's.
    /// </summary>
    public Local? Behind { get; init; }

    /// <summary>The scope, inside of the variable's own, that its declaration moves into; null where it stays.</summary>
    public Scope? Into { get; init; }

    /// <summary>
    /// The variable is not the scope's: it is declared, and perhaps assigned again, outside of it. The scope holds what was
    /// acquired in one of several places, or in one of several lives of the variable.
    /// </summary>
    public bool KeepsVariable { get; init; }

    /// <summary>The scope takes the place of the <c>try</c> whose <c>finally</c> releases; nothing is acquired for it.</summary>
    public bool TakesTry { get; init; }

    /// <summary>The scope holds the variable's value if that is of the type by which it is released, and nothing otherwise.</summary>
    public bool IsByType { get; init; }

    /// <summary>A question settled before the scope begins decides whether it holds the variable's value or nothing.</summary>
    public bool IsDecidedAhead { get; init; }

    /// <summary>What the scope begins with, where that is not what follows the acquisition: a status is looked at between the two.</summary>
    public Origin? From { get; init; }

    /// <summary>Where its scope ends the variable may be empty, which the releaser minds and no release asks.</summary>
    public bool MayBeEmpty { get; init; }

    public override string Subject => Local.Name;
}

/// <summary>Ownership leaves through this event: the local's value is taken out of it there.</summary>
public sealed record Steal(Event At, Local Local) : Change;

/// <summary>
/// Ownership left with a call whose outcome this decision looks at: where <see cref="Next"/> is what happens first behind it,
/// the local gets the empty value.
/// </summary>
public sealed record Empty(Branch Decision, Event Next, Local Local, Constant Value) : Change;

/// <summary>A lock held from <see cref="Enter"/> to each of <see cref="Exits"/> is held by a scope instead.</summary>
public sealed record HoldLock(Call Enter, ImmutableArray<Call> Exits, Resource Resource, Releaser Releaser) : Change
{
    public ScopeExtent Extent { get; init; } = ScopeExtent.LastRelease;

    /// <summary>A local that only says whether the lock was taken, and is not needed any more.</summary>
    public Local? Flag { get; init; }
}

/// <summary>Another function is called instead; each new argument is an old one, by index.</summary>
public sealed record ReplaceCall(Call Call, string Callee, ImmutableArray<int> Arguments) : Change;
