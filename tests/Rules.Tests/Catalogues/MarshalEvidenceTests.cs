using System.Buffers;
using System.Runtime.InteropServices;
using System.Security;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using Xunit;

namespace MigrateCleanup.Rules.Tests.Catalogues;

/// <summary>What <c>marshal.json</c> and <c>libc.json</c> claim, tried on the real library.</summary>
public sealed unsafe partial class MarshalEvidenceTests
{
    private static readonly Dictionary<string, Action> ReleasesOfNothing = new()
    {
        ["System.Runtime.InteropServices.Marshal.FreeHGlobal"] = () => Marshal.FreeHGlobal(IntPtr.Zero),
        ["System.Runtime.InteropServices.Marshal.FreeCoTaskMem"] = () => Marshal.FreeCoTaskMem(IntPtr.Zero),
        ["System.Runtime.InteropServices.Marshal.FreeBSTR"] = () => Marshal.FreeBSTR(IntPtr.Zero),
        ["System.Runtime.InteropServices.Marshal.ZeroFreeBSTR"] = () => Marshal.ZeroFreeBSTR(IntPtr.Zero),
        ["System.Runtime.InteropServices.Marshal.ZeroFreeCoTaskMemAnsi"] = () => Marshal.ZeroFreeCoTaskMemAnsi(IntPtr.Zero),
        ["System.Runtime.InteropServices.Marshal.ZeroFreeCoTaskMemUnicode"] = () => Marshal.ZeroFreeCoTaskMemUnicode(IntPtr.Zero),
        ["System.Runtime.InteropServices.Marshal.ZeroFreeCoTaskMemUTF8"] = () => Marshal.ZeroFreeCoTaskMemUTF8(IntPtr.Zero),
        ["System.Runtime.InteropServices.Marshal.ZeroFreeGlobalAllocAnsi"] = () => Marshal.ZeroFreeGlobalAllocAnsi(IntPtr.Zero),
        ["System.Runtime.InteropServices.Marshal.ZeroFreeGlobalAllocUnicode"] = () => Marshal.ZeroFreeGlobalAllocUnicode(IntPtr.Zero),
        ["System.Runtime.InteropServices.NativeMemory.Free"] = () => NativeMemory.Free(null),
        ["System.Runtime.InteropServices.NativeMemory.AlignedFree"] = () => NativeMemory.AlignedFree(null),
        ["System.Runtime.InteropServices.NativeLibrary.Free"] = () => NativeLibrary.Free(IntPtr.Zero),
        ["native:free"] = () => Free(IntPtr.Zero),
        ["native:freeifaddrs"] = () => FreeInterfaces(IntPtr.Zero),
    };

    // Windows only; their documentation says so ("if this parameter is NULL, the function ignores it").
    private static readonly HashSet<string> Documented = ["native:LocalFree", "native:CoTaskMemFree", "native:SysFreeString"];

    public static TheoryData<string> IgnoringEmpty() =>
        [.. Releasers().Where(r => r.IgnoresEmpty && !Documented.Contains(r.Callee) && !IsShownByBody(r.Callee)).Select(r => r.Callee).Distinct()];

    /// <summary>A function of the codebase's own is only called so where its body asks.</summary>
    private static bool IsShownByBody(string callee) => callee.StartsWith("given:", StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(IgnoringEmpty))]
    public void Releasing_nothing_does_nothing(string callee) => ReleasesOfNothing[callee]();

    [Fact]
    public void An_empty_handle_is_not_ignored()
    {
        Assert.False(Releaser("System.Runtime.InteropServices.GCHandle.Free").IgnoresEmpty);
        Assert.Throws<InvalidOperationException>(() => default(GCHandle).Free());
    }

    [Fact]
    public void No_array_is_not_ignored()
    {
        Assert.False(Releaser("System.Buffers.ArrayPool.Return").IgnoresEmpty);
        Assert.Throws<ArgumentNullException>(() => ArrayPool<byte>.Shared.Return(null!));
    }

    [Fact]
    public void No_interface_is_not_ignored()
    {
        Assert.False(Releaser("System.Runtime.InteropServices.Marshal.Release").IgnoresEmpty);
        Assert.ThrowsAny<Exception>(() => Marshal.Release(IntPtr.Zero));
    }

    [Fact]
    public void Allocators_throw_when_there_is_no_memory()
    {
        Assert.Throws<OutOfMemoryException>(() => Marshal.AllocHGlobal(nint.MaxValue));
        Assert.Throws<OutOfMemoryException>(() => NativeMemory.Free(NativeMemory.Alloc(nuint.MaxValue / 2)));
        Assert.Throws<OutOfMemoryException>(() => NativeMemory.Free(NativeMemory.AllocZeroed(nuint.MaxValue / 2)));
        Assert.Throws<OutOfMemoryException>(() => NativeMemory.Free(NativeMemory.AllocZeroed(nuint.MaxValue / 2, 3)));
        Assert.Throws<OutOfMemoryException>(() => NativeMemory.AlignedFree(NativeMemory.AlignedAlloc(nuint.MaxValue / 2, 16)));
        Assert.All(
            new[] { "Marshal.AllocHGlobal", "NativeMemory.Alloc", "NativeMemory.AllocZeroed", "NativeMemory.AlignedAlloc" },
            n => Assert.Equal(FailureMode.Throws, Acquirer("System.Runtime.InteropServices." + n).OnFailure));
    }

    [Fact]
    public void A_failed_reallocation_throws_and_leaves_the_old_block()
    {
        var block = Marshal.AllocHGlobal(8);
        Marshal.WriteInt64(block, 42);
        Assert.Throws<OutOfMemoryException>(() => Marshal.ReAllocHGlobal(block, nint.MaxValue));
        Assert.Equal(42, Marshal.ReadInt64(block));
        Marshal.FreeHGlobal(block);
        Assert.Equal(0, Assert.Single(Acquirer("System.Runtime.InteropServices.Marshal.ReAllocHGlobal").Consumes));
    }

    [Fact]
    public void Nothing_of_size_zero_is_empty()
    {
        var pointers = new[] { Marshal.AllocHGlobal(0), (nint)NativeMemory.Alloc(0), Marshal.AllocCoTaskMem(0) };
        Assert.DoesNotContain(IntPtr.Zero, pointers);
        Marshal.FreeHGlobal(pointers[0]);
        NativeMemory.Free((void*)pointers[1]);
        Marshal.FreeCoTaskMem(pointers[2]);
    }

    [Fact]
    public void A_null_string_gives_zero_and_so_a_test_for_zero_need_not_mean_out_of_memory()
    {
        Assert.Equal(IntPtr.Zero, Marshal.StringToHGlobalAnsi(null));
        Assert.Equal(IntPtr.Zero, Marshal.StringToHGlobalUni(null));
        Assert.Equal(IntPtr.Zero, Marshal.StringToCoTaskMemUTF8(null));
        Assert.Equal(IntPtr.Zero, Marshal.StringToBSTR(null!));
        foreach (var name in new[] { "HGlobalAnsi", "HGlobalUni", "HGlobalAuto", "CoTaskMemUTF8", "CoTaskMemUni", "BSTR" })
            Assert.Equal(FailureMode.Unknown, Acquirer("System.Runtime.InteropServices.Marshal.StringTo" + name).OnFailure);
    }

    [Fact]
    public void A_secret_is_never_empty()
    {
        using var secret = new SecureString();
        Marshal.ZeroFreeBSTR(NotEmpty(Marshal.SecureStringToBSTR(secret)));
        Marshal.ZeroFreeGlobalAllocAnsi(NotEmpty(Marshal.SecureStringToGlobalAllocAnsi(secret)));
        Marshal.ZeroFreeGlobalAllocUnicode(NotEmpty(Marshal.SecureStringToGlobalAllocUnicode(secret)));
        Marshal.ZeroFreeCoTaskMemAnsi(NotEmpty(Marshal.SecureStringToCoTaskMemAnsi(secret)));
        Marshal.ZeroFreeCoTaskMemUnicode(NotEmpty(Marshal.SecureStringToCoTaskMemUnicode(secret)));
        Assert.Throws<ArgumentNullException>(() => Marshal.SecureStringToBSTR(null!));

        static IntPtr NotEmpty(IntPtr pointer)
        {
            Assert.NotEqual(IntPtr.Zero, pointer);
            return pointer;
        }
    }

    [Fact]
    public void A_library_that_is_not_there_throws()
    {
        Assert.Throws<DllNotFoundException>(() => NativeLibrary.Load("no-such-library-here"));
        Assert.False(NativeLibrary.TryLoad("no-such-library-here", out var handle));
        Assert.Equal(IntPtr.Zero, handle);
    }

    [Fact]
    public void A_rented_array_is_there_and_returning_it_tells_nobody()
    {
        var array = ArrayPool<byte>.Shared.Rent(0);
        Assert.NotNull(array);
        ArrayPool<byte>.Shared.Return(ArrayPool<byte>.Shared.Rent(16));
    }

    private static IEnumerable<Releaser> Releasers() => Catalog.CatalogueFor("cs").Resources.SelectMany(r => r.Releasers);

    private static Releaser Releaser(string callee) =>
        Catalog.CatalogueFor("cs").EffectsOf(new Callee(callee)).First(e => e.Kind == EffectKind.Release).Releaser!;

    private static Acquirer Acquirer(string callee) =>
        Catalog.CatalogueFor("cs").EffectsOf(new Callee(callee)).First(e => e.Kind == EffectKind.Acquire).Acquirer!;

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(IntPtr memory);

    [LibraryImport("libc", EntryPoint = "freeifaddrs")]
    private static partial void FreeInterfaces(IntPtr list);
}
