using System.Text;
using CsCheck;
using MigrateCleanup.Cli.Texts;

namespace MigrateCleanup.Cli.Tests.Texts;

public sealed class SourceFileTests
{
    public static TheoryData<byte[], string> Files => new()
    {
        { Encoding.UTF8.GetBytes("a ü €"), "a ü €" },
        { [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("ü")], "ü" },
        { [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("ü€\n")], "ü€\n" },
        { [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("ü€\n")], "ü€\n" },
        { [(byte)'a', 0xFC, (byte)'\n'], "aü\n" },
        { [(byte)'a', 0x85, (byte)'b', 0xE4], "a\u2026bä" },
        { [0xEF, 0xBB, 0xBF, 0xFF], "ï»¿ÿ" },
        { [0xFF, 0xFE, 0x00, 0xD8], "ÿþ\0Ø" },
        { [0xFF, 0xFE, 0x41], "ÿþA" },
        { [0xED, 0xA0, 0x80], "\u00ED\u00A0\u0080" },
        { [0xC0, 0x80], "\u00C0\u0080" },
        { [], "" },
        { [0], "\0" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void BytesAreReadAsText(byte[] bytes, string text)
    {
        var file = SourceFile.Decode("x", bytes);
        Assert.Equal(text, file.Text);
        Assert.True(file.TryEncode(file.Text, out var back));
        Assert.Equal(bytes, back);
    }

    [Fact]
    public void AnyBytesComeBack() =>
        Gen.Byte.Array[0, 64].Sample(bytes =>
        {
            foreach (var mark in new byte[][] { [], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF] })
            {
                var file = SourceFile.Decode("x", [.. mark, .. bytes]);
                Assert.True(file.TryEncode(file.Text, out var back));
                Assert.Equal([.. mark, .. bytes], back);
            }
        });

    [Fact]
    public void WhatLatin1CannotSayIsRefused() => Assert.False(SourceFile.Decode("x", [0xFC]).TryEncode("€", out _));
}
