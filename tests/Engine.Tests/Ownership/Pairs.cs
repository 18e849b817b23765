using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Tests.Ownership;

/// <summary>A small catalogue for graphs written by hand.</summary>
internal static class Pairs
{
    public static Resource Memory { get; } = new()
    {
        Name = "memory",
        Kind = ResourceKind.Memory,
        Acquirers =
        [
            new Acquirer("alloc", Operand.Result, FailureMode.Empty),
            new Acquirer("xalloc", Operand.Result, FailureMode.Aborts),
        ],
        Releasers =
        [
            new Releaser("free", new Operand(0)) { IgnoresEmpty = true, IsSilent = true },
            new Releaser("clear", new Operand(0)) { IgnoresEmpty = true, Clears = true },
        ],
    };

    public static Resource Descriptor { get; } = new()
    {
        Name = "descriptor",
        Kind = ResourceKind.Handle,
        Empty = new Constant(-1L),
        Acquirers = [new Acquirer("open", Operand.Result), new Acquirer("wrap", Operand.Result) { Consumes = [0] }],
        Releasers = [new Releaser("close", new Operand(0)) { IsIdempotent = false }],
    };

    public static Catalogue Catalogue { get; } = new LayeredCatalogue(
    [
        new CatalogueFacts((string?)null)
        {
            Resources = [Memory, Descriptor],
            Consumers = [("give", new Operand(0))],
            Borrowers = [("look", new Operand(0))],
        },
    ]);

    public static Facts FactsOf(Function function) => new(function, Catalogue, "plain");

    public static OwnershipStates Of(Function function) => FactsOf(function).Ownership;
}
