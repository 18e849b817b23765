using System.Runtime.CompilerServices;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// Holds a rewritten function against the original: on every path both must show the same observable events in the same
/// order (DESIGN, section 6).
/// </summary>
/// <remarks>
/// <para>
/// Both graphs are explored together, as a product program (Barthe, Crespo, Kunz: <i>Relational verification using
/// product programs</i>; Necula: <i>Translation validation for an optimizing compiler</i>; Lopes et al.: <i>Alive2</i>
/// for what counts as a refinement). Each side runs alone over what nobody sees: assignments to private locals, pure
/// expressions, scopes. At its next observable event it waits; there both must do the same. A call's result gets one
/// fresh name for both sides, so names follow the observed trace, and equal conditions over equal names branch equally.
/// A load is named by its address and a version of memory, which every observable event renews.
/// </para>
/// <para>
/// Releases may shift. One that only one side has made is owed by the other until it makes it, and what lies in between
/// decides whether that was allowed. At the end only leaks that the new function closes may be left.
/// </para>
/// <para>
/// Where paths meet, they wait for each other (<see cref="LoopOrder"/>), and states are compared up to names; many at one
/// place, and more than a few at a loop's head, are generalised by anti-unification. A difference found behind such a merge is no proof of a fault, so the verdict is
/// then undecided. The budget counts steps; the same input gives the same verdict.
/// </para>
/// <para>
/// What is taken on trust: the front-ends' graphs, the catalogue, that no other thread writes what a function reads
/// without a lock or a volatile access, and that a release on a path that had none before does not throw.
/// </para>
/// </remarks>
public static class Verifier
{
    /// <summary>A function takes part as what one step makes, as what the next one changes, and once more at the end.</summary>
    private static readonly ConditionalWeakTable<Function, Body> Prepared = [];

    public static Verdict Verify(Function before, Function after, Catalogue catalogue, VerificationOptions options)
    {
        try
        {
            return new Exploration(Prepared.GetValue(before, f => new Body(f)), Prepared.GetValue(after, f => new Body(f)), catalogue, options).Run();
        }
        catch (InsufficientExecutionStackException)
        {
            return new Verdict(VerdictKind.Undecided, "an expression is nested too deep");
        }
    }
}
