using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MigrateCleanup.Cli.Texts;

/// <summary>
/// A file as bytes and as text, one exactly made from the other: UTF-8 with or without a byte-order mark, UTF-16 with
/// one, and for all other bytes Latin-1, in which every byte is a character.
/// </summary>
/// <remarks>
/// In Latin-1, byte 85 is a character that ends lines in C#. In the files that are read so it is the ellipsis of the
/// Windows code page, mostly in comments, and no compiler would end a line there: it is read as that.
/// </remarks>
public sealed class SourceFile
{
    private static readonly byte[] Utf8Mark = [0xEF, 0xBB, 0xBF];
    private static readonly byte[] Utf16LittleMark = [0xFF, 0xFE];
    private static readonly byte[] Utf16BigMark = [0xFE, 0xFF];
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Latin1 =
        Encoding.GetEncoding("iso-8859-1", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    private const char NextLine = '\u0085';
    private const char Ellipsis = '\u2026';

    private readonly byte[] _mark;
    private readonly Encoding _encoding;

    private SourceFile(string path, byte[] bytes, byte[] mark, Encoding encoding, string text)
    {
        Path = path;
        Bytes = bytes;
        Text = text;
        _mark = mark;
        _encoding = encoding;
    }

    /// <summary>Its full name.</summary>
    public string Path { get; }

    public byte[] Bytes { get; }

    /// <summary>Its text, without a byte-order mark.</summary>
    public string Text { get; }

    /// <summary>It is neither UTF-8 nor UTF-16.</summary>
    public bool IsLatin1 => ReferenceEquals(_encoding, Latin1);

    /// <summary>Reads a file. One that has no length is not opened: it may be a pipe, which would wait for somebody to write.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static SourceFile Read(string path) =>
        Decode(path, new FileInfo(path) is { Exists: true, Length: 0 } ? [] : File.ReadAllBytes(path));

    public static SourceFile Decode(string path, byte[] bytes) =>
        Marked(path, bytes, Utf8Mark, Utf8)
        ?? Marked(path, bytes, Utf16LittleMark, new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true))
        ?? Marked(path, bytes, Utf16BigMark, new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true))
        ?? Decoded(path, bytes, [], Utf8)
        ?? new SourceFile(path, bytes, [], Latin1, Latin1.GetString(bytes).Replace(NextLine, Ellipsis));

    /// <summary>The bytes of another text for this file. False when its encoding has no bytes for some character.</summary>
    public bool TryEncode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        try
        {
            bytes = [.. _mark, .. _encoding.GetBytes(IsLatin1 ? text.Replace(Ellipsis, NextLine) : text)];
            return true;
        }
        catch (EncoderFallbackException)
        {
            bytes = null;
            return false;
        }
    }

    private static SourceFile? Marked(string path, byte[] bytes, byte[] mark, Encoding encoding) =>
        bytes.AsSpan().StartsWith(mark) ? Decoded(path, bytes, mark, encoding) : null;

    private static SourceFile? Decoded(string path, byte[] bytes, byte[] mark, Encoding encoding)
    {
        try
        {
            return new SourceFile(path, bytes, mark, encoding, encoding.GetString(bytes, mark.Length, bytes.Length - mark.Length));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
