"""gui.models"""
