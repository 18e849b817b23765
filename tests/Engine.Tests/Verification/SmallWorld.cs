using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Tests.Verification;

/// <summary>What the listings' calls mean: a few resources that between them have every property a releaser can have.</summary>
internal sealed class SmallWorld : Catalogue
{
    private readonly Dictionary<string, List<Effect>> _effects = new(StringComparer.Ordinal);
    private readonly List<Resource> _resources = [];

    public SmallWorld()
    {
        // Plain memory; malloc may fail, xmalloc ends the program, New throws.
        Add("memory", ResourceKind.Memory, Constant.Null)
            .Acquire("malloc", FailureMode.Empty)
            .Acquire("xmalloc", FailureMode.Aborts)
            .Acquire("Alloc", FailureMode.Throws)
            .PutOut("print", "xprint")
            .Release("free", new Releaser("free", new Operand(0)) { IgnoresEmpty = true, IsSilent = true })
            .Release("clear", new Releaser("clear", new Operand(0)) { IgnoresEmpty = true, IsSilent = true, Clears = true });

        // A descriptor: closing one that is not open sets errno.
        Add("descriptor", ResourceKind.Handle, new Constant(-1L))
            .Acquire("open", FailureMode.Unknown)
            .Release("close", new Releaser("close", new Operand(0)) { IgnoresEmpty = true });

        // An object to dispose, under two names; a reader takes its stream over.
        Add("object", ResourceKind.Handle, Constant.Null)
            .Acquire("Stream..ctor", FailureMode.Throws)
            .Acquire("Reader..ctor", FailureMode.Throws, 0)
            .Acquire("Find", FailureMode.Unknown)
            .Release("Dispose", new Releaser("Dispose", new Operand(0)) { IsIdempotent = true })
            .Release("Close", new Releaser("Close", new Operand(0)) { IsIdempotent = true });

        // A counted reference: releasing it twice is a fault.
        Add("reference", ResourceKind.Reference, Constant.Null)
            .Acquire("ref", FailureMode.Unknown)
            .Release("unref", new Releaser("unref", new Operand(0)) { IgnoresEmpty = true });

        Add("lock", ResourceKind.Lock, Constant.Null)
            .Lock("Enter")
            .Release("Exit", new Releaser("Exit", new Operand(0)));

        Of("keep").Add(new Effect(EffectKind.Consume, new Operand(0), null));
        Of("look").Add(new Effect(EffectKind.Borrow, new Operand(0), null));
    }

    public override IReadOnlyList<Resource> Resources => _resources;

    public override IReadOnlyList<Effect> EffectsOf(Callee callee) =>
        callee.Names.Select(n => _effects.GetValueOrDefault(n)).FirstOrDefault(e => e is not null) ?? [];

    public override bool IsOutOfMemory(string type) => type == "NoMemory";

    private List<Effect> Of(string callee)
    {
        if (!_effects.TryGetValue(callee, out var effects))
            _effects[callee] = effects = [];

        return effects;
    }

    private Family Add(string name, ResourceKind kind, Constant empty)
    {
        var resource = new Resource { Name = name, Kind = kind, Empty = empty };
        _resources.Add(resource);
        return new Family(this, resource);
    }

    private sealed record Family(SmallWorld World, Resource Resource)
    {
        public Family Acquire(string callee, FailureMode onFailure, params int[] consumes)
        {
            var acquirer = new Acquirer(callee, Operand.Result, onFailure) { Consumes = [.. consumes] };
            World.Of(callee).Add(new Effect(EffectKind.Acquire, Operand.Result, Resource, acquirer));
            return this;
        }

        /// <summary>A call that puts something out through its first argument, and one that hands that back and ends the program without memory.</summary>
        public Family PutOut(string putting, string handing)
        {
            var first = new Acquirer(putting, new Operand(0), FailureMode.Empty);
            World.Of(putting).Add(new Effect(EffectKind.Acquire, first.Subject, Resource, first));
            var second = new Acquirer(handing, Operand.Result, FailureMode.Aborts) { HandsBackFor = [putting] };
            World.Of(handing).Add(new Effect(EffectKind.Acquire, Operand.Result, Resource, second));
            return this;
        }

        public Family Lock(string callee)
        {
            var acquirer = new Acquirer(callee, new Operand(0));
            World.Of(callee).Add(new Effect(EffectKind.Acquire, acquirer.Subject, Resource, acquirer));
            return this;
        }

        public Family Release(string callee, Releaser releaser)
        {
            World.Of(callee).Add(new Effect(EffectKind.Release, releaser.Subject, Resource, Releaser: releaser));
            return this;
        }
    }
}
