using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Resources;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using Xunit;

namespace MigrateCleanup.Rules.Tests.Catalogues;

/// <summary>What <c>bcl.json</c> claims, tried on the real library.</summary>
public sealed class DisposableEvidenceTests
{
    private static readonly byte[] Zip = EmptyZip();

    /// <summary>A wrapper over a stream, and one told to leave it open, if it can be.</summary>
    private static readonly Dictionary<string, (Func<Stream, IDisposable> Owner, Func<Stream, IDisposable>? Borrower)> Wrappers = new()
    {
        ["System.IO.StreamReader..ctor"] = (s => new StreamReader(s), s => new StreamReader(s, Encoding.UTF8, true, 64, true)),
        ["System.IO.StreamWriter..ctor"] = (s => new StreamWriter(s), s => new StreamWriter(s, Encoding.UTF8, 64, true)),
        ["System.IO.BinaryReader..ctor"] = (s => new BinaryReader(s), s => new BinaryReader(s, Encoding.UTF8, true)),
        ["System.IO.BinaryWriter..ctor"] = (s => new BinaryWriter(s), s => new BinaryWriter(s, Encoding.UTF8, true)),
        ["System.IO.BufferedStream..ctor"] = (s => new BufferedStream(s), null),
        ["System.IO.Compression.GZipStream..ctor"] =
            (s => new GZipStream(s, CompressionMode.Decompress), s => new GZipStream(s, CompressionMode.Decompress, true)),
        ["System.IO.Compression.DeflateStream..ctor"] =
            (s => new DeflateStream(s, CompressionMode.Decompress), s => new DeflateStream(s, CompressionMode.Decompress, true)),
        ["System.IO.Compression.BrotliStream..ctor"] =
            (s => new BrotliStream(s, CompressionMode.Decompress), s => new BrotliStream(s, CompressionMode.Decompress, true)),
        ["System.IO.Compression.ZLibStream..ctor"] =
            (s => new ZLibStream(s, CompressionMode.Decompress), s => new ZLibStream(s, CompressionMode.Decompress, true)),
        ["System.IO.Compression.ZipArchive..ctor"] =
            (s => new ZipArchive(s, ZipArchiveMode.Read), s => new ZipArchive(s, ZipArchiveMode.Read, true)),
        ["System.Security.Cryptography.CryptoStream..ctor"] =
            (s => new CryptoStream(s, new ToBase64Transform(), CryptoStreamMode.Read),
             s => new CryptoStream(s, new ToBase64Transform(), CryptoStreamMode.Read, true)),
        ["System.Net.Security.SslStream..ctor"] = (s => new SslStream(s), s => new SslStream(s, true)),
        ["System.Net.Security.NegotiateStream..ctor"] = (s => new NegotiateStream(s), s => new NegotiateStream(s, true)),
        ["System.Formats.Tar.TarReader..ctor"] = (s => new TarReader(s), s => new TarReader(s, true)),
        ["System.Resources.ResourceWriter..ctor"] = (s => new ResourceWriter(s), null),
        ["System.Xml.XmlTextReader..ctor"] = (s => new XmlTextReader(s), null),
        ["System.Xml.XmlTextWriter..ctor"] = (s => new XmlTextWriter(s, Encoding.UTF8), null),
        ["System.Net.Http.StreamContent..ctor"] = (s => new System.Net.Http.StreamContent(s), null),
    };

    // Their first argument is a handle, or needs a well-formed file: shown by tests of their own.
    private static readonly HashSet<string> Apart = ["System.IO.FileStream..ctor", "System.Resources.ResourceReader..ctor"];

    /// <summary>Things with a Close or Clear of their own, and whether they are gone.</summary>
    private static readonly Dictionary<string, (Func<IDisposable> Make, Action<object> Close, Func<object, bool> IsGone)> Closables = new()
    {
        ["System.IO.Stream.Close"] = (() => new Probe(), o => ((Stream)o).Close(), o => ((Probe)o).IsDisposed),
        ["System.IO.TextReader.Close"] =
            (() => new StringReader("x"), o => ((TextReader)o).Close(), o => Throws(() => ((TextReader)o).Read())),
        ["System.IO.TextWriter.Close"] =
            (() => new StringWriter(), o => ((TextWriter)o).Close(), o => Throws(() => ((TextWriter)o).Write('x'))),
        ["System.IO.BinaryReader.Close"] =
            (() => new BinaryReader(new Probe()), o => ((BinaryReader)o).Close(), o => Throws(() => ((BinaryReader)o).ReadByte())),
        ["System.IO.BinaryWriter.Close"] =
            (() => new BinaryWriter(new Probe()), o => ((BinaryWriter)o).Close(), o => Throws(() => ((BinaryWriter)o).Write(1))),
        ["System.Net.Sockets.Socket.Close"] =
            (() => new Socket(SocketType.Stream, ProtocolType.Tcp), o => ((Socket)o).Close(), o => ((Socket)o).SafeHandle.IsClosed),
        ["System.Net.Sockets.TcpClient.Close"] =
            (() => new TcpClient(), o => ((TcpClient)o).Close(), o => ((TcpClient)o).Client is null),
        ["System.Net.Sockets.UdpClient.Close"] =
            (() => new UdpClient(), o => ((UdpClient)o).Close(), o => ((UdpClient)o).Client is null),
        ["System.Diagnostics.Process.Close"] =
            (() => Process.GetCurrentProcess(), o => ((Process)o).Close(), o => Throws(() => _ = ((Process)o).Id)),
        ["System.Threading.WaitHandle.Close"] =
            (() => new ManualResetEvent(false), o => ((WaitHandle)o).Close(), o => ((WaitHandle)o).SafeWaitHandle.IsClosed),
        ["System.Timers.Timer.Close"] =
            (() => new System.Timers.Timer(1000) { Enabled = true }, o => ((System.Timers.Timer)o).Close(),
             o => !((System.Timers.Timer)o).Enabled),
        ["System.Runtime.InteropServices.SafeHandle.Close"] =
            (() => File.OpenHandle("/dev/null"), o => ((Microsoft.Win32.SafeHandles.SafeFileHandle)o).Close(),
             o => ((Microsoft.Win32.SafeHandles.SafeFileHandle)o).IsClosed),
        ["System.Xml.XmlReader.Close"] =
            (() => XmlReader.Create(new StringReader("<a/>")), o => ((XmlReader)o).Close(), o => ((XmlReader)o).ReadState == ReadState.Closed),
        ["System.Xml.XmlWriter.Close"] =
            (() => XmlWriter.Create(new StringWriter()), o => ((XmlWriter)o).Close(), o => ((XmlWriter)o).WriteState == WriteState.Closed),
        ["System.Data.Common.DbDataReader.Close"] =
            (() => new System.Data.DataTable().CreateDataReader(), o => ((System.Data.Common.DbDataReader)o).Close(),
             o => ((System.Data.Common.DbDataReader)o).IsClosed),
        ["System.Security.Cryptography.X509Certificates.X509Store.Close"] =
            (OpenStore, o => ((X509Store)o).Close(), o => !((X509Store)o).IsOpen),
        ["System.Security.Cryptography.HashAlgorithm.Clear"] =
            (() => SHA256.Create(), o => ((HashAlgorithm)o).Clear(), o => Throws(() => ((HashAlgorithm)o).ComputeHash([1]))),
        ["System.Security.Cryptography.CryptoStream.Clear"] =
            (() => new CryptoStream(new Probe(), new ToBase64Transform(), CryptoStreamMode.Read), o => ((CryptoStream)o).Clear(),
             o => !((CryptoStream)o).CanRead),
    };

    private static readonly Acquirer[] Consuming =
        [.. Disposable.Acquirers.Where(a => a.Consumes.Length > 0 && !Apart.Contains(a.Callee))];

    private static Resource Disposable => Catalog.CatalogueFor("cs").Resources.Single(r => r.Name == "disposable");

    public static TheoryData<string> ConsumingConstructors() => [.. Consuming.Select(a => a.Callee)];

    public static TheoryData<string> CloseMethods() => [.. Closables.Keys];

    [Theory]
    [MemberData(nameof(ConsumingConstructors))]
    public void Disposing_of_a_wrapper_disposes_of_what_it_wraps(string constructor)
    {
        var (owner, borrower) = Wrappers[constructor];
        Assert.True(IsDisposedBy(owner), "the wrapped stream is still open");

        var leavesOpen = Consuming.Single(a => a.Callee == constructor).LeavesOpen;
        Assert.Equal(borrower is not null, leavesOpen is not null);
        Assert.False(borrower is not null && IsDisposedBy(borrower), "the wrapped stream is closed");
    }

    [Fact]
    public void A_file_stream_owns_its_handle()
    {
        var handle = File.OpenHandle("/dev/null");
        new FileStream(handle, FileAccess.Read).Dispose();
        Assert.True(handle.IsClosed);
    }

    [Theory]
    [MemberData(nameof(CloseMethods))]
    public void Close_does_what_Dispose_does_and_both_may_be_repeated(string close)
    {
        var releaser = Disposable.Releasers.Single(r => r.Callee == close);
        Assert.True(releaser.IsIdempotent && !releaser.IsByHandOnly);

        var (make, closes, isGone) = Closables[close];
        var closed = make();
        Assert.False(isGone(closed));
        closes(closed);
        Assert.True(isGone(closed), "closed, it is still there");
        closes(closed);
        closed.Dispose();

        var disposed = make();
        disposed.Dispose();
        Assert.True(isGone(disposed), "disposed of, it is still there");
        disposed.Dispose();
        closes(disposed);
    }

    [Fact]
    public void What_is_said_to_stay_usable_starts_again_after_it_was_closed()
    {
        using var timer = new System.Timers.Timer(1000);
        timer.Close();
        timer.Start();
        timer.Stop();

        using var store = (X509Store)OpenStore();
        store.Close();
        store.Open(OpenFlags.ReadOnly);
        Assert.True(store.IsOpen);

        using var process = new Process { StartInfo = new ProcessStartInfo("true") };
        process.Start();
        process.Close();
        Assert.True(process.Start());

        Assert.All(
            new[] { "System.Timers.Timer", "System.Diagnostics.Process", "System.Security.Cryptography.X509Certificates.X509Store" },
            n => Assert.True(Disposable.Releasers.Single(r => r.Callee == n + ".Close").LeavesUsable));
    }

    [Fact]
    public void A_disposed_listener_is_closed_once()
    {
        var listener = new HttpListener();
        listener.Close();
        listener.Close();
        ((IDisposable)listener).Dispose();
        Assert.Throws<ObjectDisposedException>(listener.Start);
    }

    /// <summary>Those that are said to be customary to forget hold nothing but memory.</summary>
    [Fact]
    public void What_may_be_forgotten_can_be_used_after_it_was_disposed_of_or_holds_memory_only()
    {
        var memory = new MemoryStream([1, 2, 3]);
        memory.Dispose();
        Assert.Equal(3, memory.ToArray().Length);

        var random = RandomNumberGenerator.Create();
        random.Dispose();
        random.GetBytes(new byte[1]);

        Assert.Same(Task.CompletedTask, Task.CompletedTask);
        Assert.All(
            new[] { "System.IO.MemoryStream..ctor", "System.Security.Cryptography.RandomNumberGenerator.Create" },
            n => Assert.True(Disposable.Acquirers.Single(a => a.Callee == n).ReleaseIsOptional));
    }

    [Fact]
    public void Process_Start_on_a_process_hands_out_nothing()
    {
        var catalogue = Catalog.CatalogueFor("cs");
        Assert.Single(catalogue.EffectsOf(Start(hasReceiver: false)));
        Assert.Empty(catalogue.EffectsOf(Start(hasReceiver: true)));

        static Call Start(bool hasReceiver) =>
            new(Origin.None, new Callee("System.Diagnostics.Process.Start"), [new Argument(Constant.Null)], null) { HasReceiver = hasReceiver };
    }

    private static bool IsDisposedBy(Func<Stream, IDisposable> wrap)
    {
        var probe = new Probe();
        try
        {
            wrap(probe).Dispose();
        }
        catch (InvalidOperationException)
        {
            // A writer without a document complains after it has closed.
        }

        return probe.IsDisposed;
    }

    private static bool Throws(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException)
        {
            // ObjectDisposedException is one of these, too.
            return true;
        }
    }

    private static X509Store OpenStore()
    {
        var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        return store;
    }

    private static byte[] EmptyZip()
    {
        using var stream = new MemoryStream();
        new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true).Dispose();
        return stream.ToArray();
    }

    private sealed class Probe : MemoryStream
    {
        public Probe()
        {
            Write(Zip);
            Position = 0;
        }

        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
