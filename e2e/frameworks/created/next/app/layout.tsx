// As it is created, without the fonts that it would fetch from elsewhere while it is built.

import type { Metadata } from "next";

export const metadata: Metadata = { title: "My order" };

export default function RootLayout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
