"""The usual LangChain pipeline: PyMuPDFLoader, RecursiveCharacterTextSplitter, HuggingFaceEmbeddings, FAISS.

python -m speeds.stock PDF_FOLDER MODEL_FOLDER EVAL_FILE
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from langchain_community.document_loaders import PyMuPDFLoader
from langchain_community.embeddings import HuggingFaceEmbeddings
from langchain_community.vectorstores import FAISS
from langchain_text_splitters import RecursiveCharacterTextSplitter

from docent.app.evaluation.measuring import read_questions

DEPTHS = (1, 5, 10)


class _E5(HuggingFaceEmbeddings):
    """With the prefixes that the model was trained with, which the class itself leaves out."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        found: list[list[float]] = super().embed_documents([f"passage: {text}" for text in texts])
        return found

    def embed_query(self, text: str) -> list[float]:
        found: list[float] = super().embed_documents([f"query: {text}"])[0]
        return found


def main() -> None:
    folder, model, questions = (Path(one) for one in sys.argv[1:])
    started = time.perf_counter()
    pages = [page for path in sorted(folder.glob("*.pdf")) for page in PyMuPDFLoader(str(path)).load()]
    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(pages)
    embeddings = _E5(
        model_name=str(model), model_kwargs={"device": "cpu"}, encode_kwargs={"normalize_embeddings": True}
    )
    store = FAISS.from_documents(chunks, embeddings)
    seconds = time.perf_counter() - started
    hits = dict.fromkeys(DEPTHS, 0)
    rows = [row for row in read_questions(questions) if row.doc and (folder / row.doc).exists()]
    for row in rows:
        found = store.similarity_search(row.question, k=max(DEPTHS))
        places = [(Path(one.metadata["source"]).name, one.metadata["page"] + 1) for one in found]
        for depth in DEPTHS:
            hits[depth] += any(doc == row.doc and page in row.pages for doc, page in places[:depth])
    shares = {f"page_hit@{depth}": hits[depth] / len(rows) for depth in DEPTHS}
    sys.stdout.write(json.dumps({"seconds": seconds, "pages": len(pages), "chunks": len(chunks), **shares}))


if __name__ == "__main__":
    main()
